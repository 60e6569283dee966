//! Which drugs a rule is about: `class:ID`, `drug:ID`, `property:NAME`, `cyp:ENZYME:substrate|inhibits|induces[:STRENGTH]`.

use crate::prescription::formulary::{Drug, Potassium, Qt};

/// One selector, parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Selector {
    Class(String),
    Drug(String),
    Property(Property),
    Cyp { enzyme: String, action: CypAction, strength: Option<String> },
}

/// A property of the drug file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Property {
    QtKnown,
    QtPossible,
    Serotonergic,
    Bleeding,
    Sedating,
    Nephrotoxic,
    SeizureThreshold,
    SodiumLowering,
    NarrowIndex,
    Hypoglycaemia,
    PotassiumRaises,
    PotassiumLowers,
    AnticholinergicHigh,
}

/// What a drug does with an enzyme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CypAction {
    Substrate,
    Inhibits,
    Induces,
}

impl Selector {
    /// Parses a selector of the tables; `None` for anything else.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (kind, rest) = text.split_once(':')?;
        match kind {
            "class" => Some(Self::Class(rest.to_owned())),
            "drug" => Some(Self::Drug(rest.to_owned())),
            "property" => property(rest).map(Self::Property),
            "cyp" => {
                let mut parts = rest.split(':');
                let enzyme = parts.next()?.to_owned();
                let action = match parts.next()? {
                    "substrate" => CypAction::Substrate,
                    "inhibits" => CypAction::Inhibits,
                    "induces" => CypAction::Induces,
                    _ => return None,
                };
                Some(Self::Cyp { enzyme, action, strength: parts.next().map(str::to_owned) })
            }
            _ => None,
        }
    }

    /// Whether the drug is meant. Drugs that stay where they are put are meant only by their own name, or by a class of
    /// local preparations.
    pub(crate) fn matches(&self, drug: &Drug) -> bool {
        match self {
            Self::Drug(id) => drug.id == *id,
            Self::Class(class) => drug.has_class(class) && (!drug.is_local() || is_local_class(class)),
            _ if drug.is_local() => false,
            Self::Property(property) => has(drug, *property),
            Self::Cyp { enzyme, action, strength } => cyp(drug, enzyme, *action, strength.as_deref()),
        }
    }
}

fn is_local_class(class: &str) -> bool {
    class.ends_with("_topical") || class.ends_with("_preparation") || class == "decongestant"
}

fn property(name: &str) -> Option<Property> {
    Some(match name {
        "qt_known" => Property::QtKnown,
        "qt_possible" => Property::QtPossible,
        "serotonergic" => Property::Serotonergic,
        "bleeding" => Property::Bleeding,
        "sedating" => Property::Sedating,
        "nephrotoxic" => Property::Nephrotoxic,
        "seizure_threshold" => Property::SeizureThreshold,
        "sodium_lowering" => Property::SodiumLowering,
        "narrow_index" => Property::NarrowIndex,
        "hypoglycaemia" => Property::Hypoglycaemia,
        "potassium_raises" => Property::PotassiumRaises,
        "potassium_lowers" => Property::PotassiumLowers,
        "anticholinergic_high" => Property::AnticholinergicHigh,
        _ => return None,
    })
}

fn has(drug: &Drug, property: Property) -> bool {
    match property {
        Property::QtKnown => drug.qt == Qt::Known,
        Property::QtPossible => drug.qt == Qt::Possible,
        Property::Serotonergic => drug.serotonergic,
        Property::Bleeding => drug.bleeding,
        Property::Sedating => drug.sedating,
        Property::Nephrotoxic => drug.nephrotoxic,
        Property::SeizureThreshold => drug.seizure_threshold,
        Property::SodiumLowering => drug.sodium_lowering,
        Property::NarrowIndex => drug.narrow_index,
        Property::Hypoglycaemia => drug.hypoglycaemia,
        Property::PotassiumRaises => drug.potassium == Potassium::Raises,
        Property::PotassiumLowers => drug.potassium == Potassium::Lowers,
        Property::AnticholinergicHigh => drug.anticholinergic >= 3,
    }
}

fn cyp(drug: &Drug, enzyme: &str, action: CypAction, strength: Option<&str>) -> bool {
    let list = match action {
        CypAction::Substrate => return drug.cyp.substrate.iter().any(|own| own == enzyme),
        CypAction::Inhibits => &drug.cyp.inhibits,
        CypAction::Induces => &drug.cyp.induces,
    };
    list.iter().any(|own| {
        let (name, how) = own.split_once(':').unwrap_or((own, ""));
        name == enzyme && strength.is_none_or(|wanted| wanted == how)
    })
}
