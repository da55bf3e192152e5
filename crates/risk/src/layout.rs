//! State types that describe their own bytes.
//!
//! The program lays these types over account data and publishes their layout in its IDL. Declared through [`layout!`](crate::layout!),
//! a type is written once: the struct, its size check and the description that the IDL is generated from are one text.

/// The type of a field, as an IDL names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// An integer: `u8` … `i64`.
    Int(&'static str),
    /// An array of `usize` items.
    Array(&'static Type, usize),
    /// Another laid-out type: its name and fields.
    Struct(&'static str, &'static [Field]),
}

/// A field of a laid-out type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Name.
    pub name: &'static str,
    /// Type.
    pub ty: Type,
    /// What it holds, in which unit.
    pub docs: &'static [&'static str],
}

/// Types that may be fields.
pub trait FieldType {
    /// The description of the type.
    const TYPE: Type;
}

macro_rules! ints {
    ($($t:ident)*) => { $(impl FieldType for $t { const TYPE: Type = Type::Int(stringify!($t)); })* };
}
ints!(u8 u16 u32 u64 i32 i64);

impl<T: FieldType, const N: usize> FieldType for [T; N] {
    const TYPE: Type = Type::Array(&T::TYPE, N);
}

/// Declares a `repr(C)` state type without padding, with its description and its size fixed at compile time.
#[macro_export]
macro_rules! layout {
    (
        $(#[doc = $doc:literal])*
        pub struct $name:ident [$size:literal] { $( $(#[doc = $fdoc:literal])* pub $f:ident : $t:ty ),* $(,)? }
    ) => {
        $(#[doc = $doc])*
        #[repr(C)]
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[cfg_attr(feature = "pod", derive(bytemuck::Pod, bytemuck::Zeroable))]
        pub struct $name { $( $(#[doc = $fdoc])* pub $f: $t ),* }

        impl $crate::layout::FieldType for $name {
            const TYPE: $crate::layout::Type = $crate::layout::Type::Struct(stringify!($name), &[
                $( $crate::layout::Field { name: stringify!($f), ty: <$t as $crate::layout::FieldType>::TYPE, docs: &[$($fdoc),*] } ),*
            ]);
        }

        const _: () = {
            assert!(core::mem::size_of::<$name>() == $size);
            assert!(0 $( + core::mem::size_of::<$t>() )* == $size, "padding must be a named field");
        };
    };
}
