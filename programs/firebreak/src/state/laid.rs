//! Engine types inside account bytes.

use anchor_lang::prelude::*;
use bytemuck::{Pod, Zeroable};
use firebreak_risk as risk;
use std::io;

/// An engine type, laid over account bytes and described to the IDL from its own declaration. Its Borsh form is the same bytes:
/// all fields are fixed-size integers without padding.
#[repr(transparent)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Zeroable)]
pub struct Laid<T>(pub T);

// SAFETY: transparent over a Pod type.
unsafe impl<T: Pod> Pod for Laid<T> {}

impl<T> std::ops::Deref for Laid<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> std::ops::DerefMut for Laid<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T: Pod> AnchorSerialize for Laid<T> {
    fn serialize<W: io::Write>(&self, writer: &mut W) -> io::Result<()> {
        writer.write_all(bytemuck::bytes_of(&self.0))
    }
}

impl<T: Pod> AnchorDeserialize for Laid<T> {
    fn deserialize_reader<R: io::Read>(reader: &mut R) -> io::Result<Self> {
        let mut value = T::zeroed();
        reader.read_exact(bytemuck::bytes_of_mut(&mut value))?;
        Ok(Self(value))
    }
}

/// [`risk::Market`] in a market account.
pub type EngineMarket = Laid<risk::Market>;
/// [`risk::Account`] in a margin account.
pub type EngineAccount = Laid<risk::Account>;
/// [`risk::MarketParams`] as an argument.
pub type EngineParams = Laid<risk::MarketParams>;
/// [`risk::price::SourceRule`] of a source.
pub type EngineSourceRule = Laid<risk::price::SourceRule>;
/// [`risk::trade::QuoteTerms`] of a quote.
pub type EngineQuoteTerms = Laid<risk::trade::QuoteTerms>;
/// [`risk::waterfall::InsuranceFund`] of the insurance account.
pub type EngineInsuranceFund = Laid<risk::waterfall::InsuranceFund>;

#[cfg(feature = "idl-build")]
mod idl {
    use super::Laid;
    use anchor_lang::idl::{types::*, IdlBuild};
    use firebreak_risk::layout::{Field, FieldType, Type};
    use std::collections::BTreeMap;

    fn kind(ty: &Type) -> IdlType {
        match ty {
            Type::Int("u8") => IdlType::U8,
            Type::Int("u16") => IdlType::U16,
            Type::Int("u32") => IdlType::U32,
            Type::Int("i32") => IdlType::I32,
            Type::Int("i64") => IdlType::I64,
            Type::Int(_) => IdlType::U64,
            Type::Array(item, n) => IdlType::Array(Box::new(kind(item)), IdlArrayLen::Value(*n)),
            Type::Struct(name, _) => IdlType::Defined { name: (*name).into(), generics: vec![] },
        }
    }

    fn definition(name: &str, fields: &[Field]) -> IdlTypeDef {
        let fields = fields
            .iter()
            .map(|f| IdlField {
                name: f.name.into(),
                docs: f.docs.iter().map(|d| d.trim().to_string()).collect(),
                ty: kind(&f.ty),
            })
            .collect();
        IdlTypeDef {
            name: name.into(),
            docs: vec![],
            serialization: IdlSerialization::Bytemuck,
            repr: Some(IdlRepr::C(IdlReprModifier { packed: false, align: None })),
            generics: vec![],
            ty: IdlTypeDefTy::Struct { fields: Some(IdlDefinedFields::Named(fields)) },
        }
    }

    fn insert(ty: &Type, types: &mut BTreeMap<String, IdlTypeDef>) {
        match ty {
            Type::Int(_) => {}
            Type::Array(item, _) => insert(item, types),
            Type::Struct(name, fields) => {
                for f in *fields {
                    insert(&f.ty, types);
                }
                types.insert((*name).into(), definition(name, fields));
            }
        }
    }

    impl<T: FieldType> IdlBuild for Laid<T> {
        fn create_type() -> Option<IdlTypeDef> {
            match T::TYPE {
                Type::Struct(name, fields) => Some(definition(name, fields)),
                _ => None,
            }
        }

        fn insert_types(types: &mut BTreeMap<String, IdlTypeDef>) {
            insert(&T::TYPE, types);
        }

        fn get_full_path() -> String {
            match T::TYPE {
                Type::Struct(name, _) => name.into(),
                _ => std::any::type_name::<T>().into(),
            }
        }
    }
}
