//! Provenance: an event's metadata about the command that caused it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use uuid::{Builder, Uuid, Version};

/// The metadata of an event that came from a command.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance<'a> {
    /// The id of the command that began it all, shared by everything that followed from it.
    #[serde(borrow)]
    pub correlation: Cow<'a, str>,
    /// The direct cause of this event: the id of its command.
    #[serde(borrow)]
    pub causation: Cow<'a, str>,
    /// The command in its canonical text, which parses to the same command.
    #[serde(borrow)]
    pub command: Cow<'a, str>,
}

impl<'a> Provenance<'a> {
    /// The provenance in an event's metadata; `None` if there is none, as in most foreign logs.
    pub fn from_json(metadata: &'a str) -> Option<Self> {
        serde_json::from_str(metadata).ok()
    }
}

/// The metadata of all events of a command, as JSON.
pub fn metadata(command_id: Uuid, command: &str) -> String {
    let mut buffer = Uuid::encode_buffer();
    let id: &str = command_id.hyphenated().encode_lower(&mut buffer);
    let provenance = Provenance { correlation: id.into(), causation: id.into(), command: command.into() };
    // Serialising a struct of texts cannot fail.
    serde_json::to_string(&provenance).unwrap_or_default()
}

/// The id of a command's `n`-th event, counted from 0: the command's own id, then ids derived from it, so that a
/// repeated command leads to the same ids. If the command's id is a UUIDv7, so are the others, with the same
/// millisecond: an index over ids then grows at its right edge.
pub fn event_id(command_id: Uuid, n: usize) -> Uuid {
    if n == 0 {
        return command_id;
    }
    let derived = Uuid::new_v5(&command_id, n.to_string().as_bytes());
    if command_id.get_version() != Some(Version::SortRand) {
        return derived;
    }
    let mut bytes = *derived.as_bytes();
    for (byte, time) in bytes.iter_mut().zip(command_id.as_bytes()).take(6) {
        *byte = *time;
    }
    Builder::from_bytes(bytes).with_version(Version::SortRand).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_events_metadata_names_its_command() {
        let command = "deposit acc-1 50.00 --note 'for \"tea\"'";
        let text = metadata(Uuid::from_u128(7), command);
        let id = "00000000-0000-0000-0000-000000000007";
        assert_eq!(
            Provenance::from_json(&text),
            Some(Provenance { correlation: id.into(), causation: id.into(), command: command.into() })
        );
        assert_eq!(Provenance::from_json("{}"), None);
        assert_eq!(Provenance::from_json("[]"), None);
    }

    #[test]
    fn the_ids_of_a_commands_events_follow_from_its_own() {
        let command = Builder::from_unix_timestamp_millis(1_710_411_727_000, &[9; 10]).into_uuid();
        let ids = [event_id(command, 0), event_id(command, 1), event_id(command, 2)];
        assert_eq!(ids[0], command);
        assert_eq!(ids, [event_id(command, 0), event_id(command, 1), event_id(command, 2)]);
        assert!(ids[1] != ids[0] && ids[1] != ids[2]);
        assert_eq!(ids.map(|id| id.get_version()), [Some(Version::SortRand); 3]);
        assert_eq!(ids.map(|id| id.get_timestamp()), [command.get_timestamp(); 3]);

        let other = Uuid::new_v5(&Uuid::NAMESPACE_URL, b"of a script's own making");
        assert_eq!(event_id(other, 1), Uuid::new_v5(&other, b"1"));
    }
}
