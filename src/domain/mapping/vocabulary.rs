//! The events of an aggregate that a mapping can name, and the fields of each.

/// The events that another system's events can mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vocabulary {
    /// The fields of all events, by their names in a mapping file. A field's slot is its index here.
    pub fields: &'static [&'static str],
    pub events: &'static [EventWord],
}

/// An event that a mapping can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventWord {
    pub name: &'static str,
    /// The slots of the fields that a mapping has to locate.
    pub needed: &'static [usize],
    /// The slots of the fields that a mapping may locate besides.
    pub allowed: &'static [usize],
}

impl Vocabulary {
    /// That of an aggregate whose events no mapping can name.
    pub const NONE: Self = Self { fields: &[], events: &[] };

    /// The index of the event with this name.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.events.iter().position(|event| event.name == name)
    }
}

impl EventWord {
    /// Whether such an event has the field of that slot.
    pub fn has(&self, slot: usize) -> bool {
        self.needed.contains(&slot) || self.allowed.contains(&slot)
    }
}
