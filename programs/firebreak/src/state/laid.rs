//! Engine types inside account bytes.

use anchor_lang::prelude::*;
use bytemuck::{Pod, Zeroable};
use firebreak_risk as risk;
use std::io;

/// Declares an engine type's stand-in: the same bytes, described to the IDL from the type's own declaration. Its Borsh form is the same
/// bytes too, because all fields are fixed-size integers without padding. A type of this crate is needed because the traits are
/// foreign and so are the engine's types.
macro_rules! laid {
    ($($(#[$doc:meta])* $name:ident($engine:ty);)*) => { $(
        $(#[$doc])*
        #[repr(transparent)]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
        pub struct $name(pub $engine);

        impl std::ops::Deref for $name {
            type Target = $engine;
            fn deref(&self) -> &$engine {
                &self.0
            }
        }

        impl std::ops::DerefMut for $name {
            fn deref_mut(&mut self) -> &mut $engine {
                &mut self.0
            }
        }

        impl AnchorSerialize for $name {
            fn serialize<W: io::Write>(&self, writer: &mut W) -> io::Result<()> {
                writer.write_all(bytemuck::bytes_of(&self.0))
            }
        }

        impl AnchorDeserialize for $name {
            fn deserialize_reader<R: io::Read>(reader: &mut R) -> io::Result<Self> {
                let mut value = <$engine>::zeroed();
                reader.read_exact(bytemuck::bytes_of_mut(&mut value))?;
                Ok(Self(value))
            }
        }

        #[cfg(feature = "idl-build")]
        impl anchor_lang::idl::IdlBuild for $name {
            fn create_type() -> Option<anchor_lang::idl::types::IdlTypeDef> {
                idl::create::<$engine>()
            }
            fn insert_types(types: &mut std::collections::BTreeMap<String, anchor_lang::idl::types::IdlTypeDef>) {
                idl::insert_type::<$engine>(types);
            }
            fn get_full_path() -> String {
                idl::name::<$engine>()
            }
        }
    )* };
}

laid! {
    /// [`risk::Market`] in a market account.
    EngineMarket(risk::Market);
    /// [`risk::Account`] in a margin account.
    EngineAccount(risk::Account);
    /// [`risk::Ledger`] in an event.
    EngineLedger(risk::Ledger);
    /// [`risk::balance::Balance`] in an event.
    EngineBalance(risk::collateral::Balance);
    /// [`risk::Position`] in an event.
    EnginePosition(risk::Position);
    /// [`risk::tranches::Limit`] in an event.
    EngineLimit(risk::tranches::Limit);
    /// [`risk::MarketParams`] as an argument.
    EngineParams(risk::MarketParams);
    /// [`risk::price::SourceRule`] of a source.
    EngineSourceRule(risk::price::SourceRule);
    /// [`risk::trade::QuoteTerms`] of a quote.
    EngineQuoteTerms(risk::trade::QuoteTerms);
    /// [`risk::order::Order`] of an order account.
    EngineOrder(risk::order::Order);
    /// [`risk::report::Report`] of a report account.
    EngineReport(risk::report::Report);
    /// [`risk::venue::Venue`] of a market.
    EngineVenue(risk::venue::Venue);
    /// [`risk::Rules`] as an argument.
    EngineRules(risk::Rules);
    /// [`risk::tranches::Insurance`] of the insurance account.
    EngineInsurance(risk::tranches::Insurance);
    /// [`risk::shares::Stake`] of a stake account.
    EngineStake(risk::shares::Stake);
    /// [`risk::rank::Board`] of a market.
    EngineBoard(risk::rank::Board);
    /// [`risk::collateral::Collateral`] in a collateral account.
    EngineCollateral(risk::collateral::Collateral);
    /// [`risk::governance::collateral::CollateralTerms`] as an argument.
    EngineCollateralTerms(risk::governance::collateral::CollateralTerms);
    /// [`risk::collateral_rules::CollateralFeed`] of a collateral.
    EngineCollateralFeed(risk::collateral_rules::CollateralFeed);
    /// [`risk::outflow::OutflowRules`] of a vault.
    EngineOutflowRules(risk::outflow::OutflowRules);
    /// [`risk::outflow::Outflow`] of a vault.
    EngineOutflow(risk::outflow::Outflow);
    /// [`risk::breaker::Breaker`] of the protocol: the global one.
    EngineBreaker(risk::breaker::Breaker);
    /// [`risk::breaker::BreakerRules`] of the protocol.
    EngineBreakerRules(risk::breaker::BreakerRules);
    /// [`risk::governance::Delays`] of the protocol.
    EngineDelays(risk::governance::Delays);
    /// [`risk::governance::Guardian`] of the protocol, a market or a collateral.
    EngineGuardian(risk::governance::Guardian);
    /// [`risk::governance::settings::Settings`] as an argument.
    EngineSettings(risk::governance::settings::Settings);
}

#[cfg(feature = "idl-build")]
mod idl {
    use anchor_lang::idl::types::*;
    use firebreak_risk::layout::{Field, FieldType, Type};
    use std::collections::BTreeMap;

    /// The engine's `Market`, `Account` and others are parts of the program's accounts of nearly the same name.
    fn title(name: &str) -> String {
        match name {
            "Market" | "Account" | "Insurance" | "Collateral" | "Order" | "Stake" => format!("Engine{name}"),
            _ => name.into(),
        }
    }

    fn kind(ty: &Type) -> IdlType {
        match ty {
            Type::Int("u8") => IdlType::U8,
            Type::Int("u16") => IdlType::U16,
            Type::Int("u32") => IdlType::U32,
            Type::Int("i32") => IdlType::I32,
            Type::Int("i64") => IdlType::I64,
            Type::Int(_) => IdlType::U64,
            Type::Array(item, n) => IdlType::Array(Box::new(kind(item)), IdlArrayLen::Value(*n)),
            Type::Struct(name, _) => IdlType::Defined { name: title(name), generics: vec![] },
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
            name: title(name),
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
                types.insert(title(name), definition(name, fields));
            }
        }
    }

    pub fn create<T: FieldType>() -> Option<IdlTypeDef> {
        match T::TYPE {
            Type::Struct(name, fields) => Some(definition(name, fields)),
            _ => None,
        }
    }

    pub fn insert_type<T: FieldType>(types: &mut BTreeMap<String, IdlTypeDef>) {
        insert(&T::TYPE, types);
    }

    pub fn name<T: FieldType>() -> String {
        match T::TYPE {
            Type::Struct(name, _) => title(name),
            _ => std::any::type_name::<T>().into(),
        }
    }
}
