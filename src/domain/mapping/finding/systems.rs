//! Systems whose events are recognised by the fields that they have.

use crate::domain::mapping::envelope::typed_values::TypedValues;
use crate::domain::mapping::finding::fields::{RecordFields, Seen};
use crate::domain::mapping::finding::names::PartName;

/// A system, and where its records have the event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct System {
    pub(super) name: &'static str,
    /// Paths that its records have.
    needs: &'static [&'static [&'static str]],
    /// The object in a record that holds the event; empty for the record itself.
    pub(super) within: &'static [&'static str],
    /// Names that a stream has there besides the usual ones.
    pub(super) streams: &'static [PartName],
    /// Whether a stream's name includes the aggregate's, if that is beside it.
    pub(super) joins: bool,
    /// Where the type is in a record without one, such as a deletion.
    pub(super) other_type: Option<&'static str>,
    /// The field for data in base64, which events have instead of other data.
    pub(super) data_base64: Option<&'static str>,
    /// How it writes values, if with their types.
    pub(super) typed_values: Option<TypedValues>,
}

impl System {
    /// Whether the path is one of those that make the system.
    pub(super) fn names(&self, path: &[String]) -> bool {
        let inside = |needed: &&[&str]| needed.strip_prefix(self.within).is_some_and(|rest| rest == path);
        self.needs.iter().any(inside)
    }
}

const PLAIN: System = System {
    name: "",
    needs: &[],
    within: &[],
    streams: &[],
    joins: true,
    other_type: None,
    data_base64: None,
    typed_values: None,
};

/// The names that a partition key often has.
const DYNAMODB_KEYS: &[PartName] = &[("pk", 76), ("partitionkey", 76), ("hashkey", 76)];

/// The types of DynamoDB's values.
const DYNAMODB_TYPES: [&str; 10] = ["S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS", "BS"];

/// The systems; the first that fits is taken.
const SYSTEMS: &[System] = &[
    System {
        name: "Docker's log of a container",
        needs: &[&["log"], &["stream"], &["time"]],
        within: &["log"],
        ..PLAIN
    },
    System {
        name: "EventSourcingDB",
        needs: &[&["payload", "specversion"], &["payload", "subject"], &["payload", "type"]],
        within: &["payload"],
        streams: &[("subject", 100)],
        ..PLAIN
    },
    System {
        name: "a Debezium outbox",
        needs: &[&["payload", "op"], &["payload", "after", "aggregateid"]],
        within: &["payload", "after"],
        joins: false,
        ..PLAIN
    },
    System {
        name: "a Debezium outbox",
        needs: &[&["op"], &["after", "aggregateid"]],
        within: &["after"],
        joins: false,
        ..PLAIN
    },
    System {
        name: "Debezium",
        needs: &[&["payload", "op"], &["payload", "after"]],
        within: &["payload", "after"],
        ..PLAIN
    },
    System { name: "Debezium", needs: &[&["op"], &["after"], &["ts_ms"]], within: &["after"], ..PLAIN },
    System {
        name: "a DynamoDB stream",
        needs: &[&["eventName"], &["dynamodb", "NewImage"]],
        within: &["dynamodb", "NewImage"],
        streams: DYNAMODB_KEYS,
        typed_values: Some(TypedValues::DynamoDb),
        ..PLAIN
    },
    // A table whose items are no events: each change of an item is one.
    System {
        name: "a DynamoDB stream",
        needs: &[&["eventName"], &["dynamodb", "Keys"]],
        streams: DYNAMODB_KEYS,
        typed_values: Some(TypedValues::DynamoDb),
        ..PLAIN
    },
    System {
        name: "an export of DynamoDB",
        needs: &[&["Item"]],
        within: &["Item"],
        streams: DYNAMODB_KEYS,
        typed_values: Some(TypedValues::DynamoDb),
        ..PLAIN
    },
    System {
        name: "a MongoDB change stream",
        needs: &[&["operationType"], &["fullDocument"]],
        within: &["fullDocument"],
        ..PLAIN
    },
    System {
        name: "Stripe",
        needs: &[&["api_version"], &["type"], &["data", "object", "id"]],
        streams: &[("objectid", 130)],
        ..PLAIN
    },
    System {
        name: "CloudEvents",
        needs: &[&["specversion"], &["type"], &["source"], &["subject"]],
        streams: &[("subject", 95)],
        data_base64: Some("data_base64"),
        ..PLAIN
    },
    System {
        name: "CloudEvents",
        needs: &[&["specversion"], &["type"], &["source"]],
        streams: &[("source", 80)],
        data_base64: Some("data_base64"),
        ..PLAIN
    },
    System {
        name: "Kafka",
        needs: &[&["topic"], &["partition"], &["offset"], &["key"]],
        streams: &[("key", 95)],
        other_type: Some("topic"),
        ..PLAIN
    },
    System {
        name: "Python eventsourcing",
        needs: &[&["originator_id"], &["originator_version"], &["topic"], &["state"]],
        streams: &[],
        ..PLAIN
    },
    System {
        name: "cqrs-es",
        needs: &[
            &["aggregate_type"],
            &["aggregate_id"],
            &["sequence"],
            &["event_type"],
            &["event_version"],
            &["payload"],
        ],
        ..PLAIN
    },
    System {
        name: "Emmett",
        needs: &[&["stream_id"], &["stream_position"], &["message_type"], &["message_data"]],
        ..PLAIN
    },
    System {
        name: "Axon",
        needs: &[&["aggregateIdentifier"], &["sequenceNumber"], &["payloadType"], &["payload"]],
        ..PLAIN
    },
    System { name: "KurrentDB", needs: &[&["streamId"], &["eventNumber"], &["eventType"]], ..PLAIN },
    System { name: "KurrentDB", needs: &[&["event", "streamId"], &["event", "revision"]], ..PLAIN },
    System {
        name: "Marten",
        needs: &[&["seq_id"], &["stream_id"], &["version"], &["mt_dotnet_type"]],
        ..PLAIN
    },
    System { name: "message-db", needs: &[&["stream_name"], &["position"], &["global_position"]], ..PLAIN },
];

/// The systems whose fields a third of the records have: others may be deletions.
pub(super) fn all_of(fields: &RecordFields) -> impl Iterator<Item = System> {
    let has = |path: &[&str]| fields.n_at(path) * 3 >= fields.n && fields.n_at(path) > 0;
    SYSTEMS.iter().copied().filter(move |system| {
        system.needs.iter().all(|path| has(path))
            && (system.within != ["log"] || is_of_docker(fields))
            && (system.typed_values.is_none() || system.within.is_empty() || has_types(fields, system.within))
    })
}

/// Whether all members of the objects there have values with types of DynamoDB.
fn has_types(fields: &RecordFields, within: &[&str]) -> bool {
    let inside =
        |path: &Vec<String>| path.len() == within.len() + 2 && path.iter().zip(within).all(|(a, b)| a == b);
    let mut types = fields.by_path.keys().filter(|path| inside(path)).filter_map(|path| path.last());
    let is_type = |name: &String| DYNAMODB_TYPES.contains(&name.as_str());
    types.next().is_some_and(is_type) && types.all(is_type)
}

/// Whether the records say on which of the two streams of output a line was written.
fn is_of_docker(fields: &RecordFields) -> bool {
    let outputs = fields.at(&["stream".to_owned()]);
    let is_output = |seen: &Seen| matches!(seen, Seen::Text(text) if text == "stdout" || text == "stderr");
    outputs.iter().flatten().all(is_output)
}

#[cfg(test)]
mod tests;
