//! The names that systems give to the parts of an event, each with how surely it is that part.
//!
//! Names are compared in lower case, without anything but letters and digits: `streamId`, `stream_id` and `@stream-id`
//! are one name. A name that is only one within its object counts together with that object's: `aggregate.id` is
//! `aggregateid`.

/// A name and its points, at most 100.
pub(super) type PartName = (&'static str, u32);

/// Points from which a name alone makes a part sure.
pub(super) const SURE_POINTS: u32 = 90;

/// Points from which a name makes a part likely.
pub(super) const LIKELY_POINTS: u32 = 65;

pub(super) const STREAM: &[PartName] = &[
    ("streamid", 100),
    ("stream", 100),
    ("streamname", 100),
    ("streamuuid", 100),
    ("streamkey", 98),
    ("originalstreamid", 99),
    ("eventstreamid", 99),
    ("aggregateid", 98),
    ("aggregaterootid", 98),
    ("aggregateuuid", 98),
    ("aggregateidentifier", 98),
    ("aggregatekey", 96),
    ("originatorid", 98),
    ("persistenceid", 98),
    ("rootid", 92),
    ("aggid", 92),
    ("aggrid", 92),
    ("entityid", 94),
    ("entityuuid", 94),
    ("entitykey", 92),
    ("subject", 80),
    ("key", 75),
    ("messagekey", 75),
    ("recordkey", 75),
    ("partitionkey", 72),
    ("aggregate", 74),
    ("originator", 74),
    ("entity", 72),
    ("actorid", 50),
    ("objectid", 66),
    ("resourceid", 66),
    ("documentid", 66),
    ("caseid", 80),
    ("caseconceptname", 80),
    ("groupid", 50),
    ("s", 60),
];

pub(super) const TYPE: &[PartName] = &[
    ("eventtype", 100),
    ("eventname", 100),
    ("eventtypename", 100),
    ("eventclass", 99),
    ("eventkind", 99),
    ("evttype", 99),
    ("messagetype", 99),
    ("payloadtype", 99),
    ("eventaction", 97),
    ("detailtype", 99),
    ("eventsermanifest", 98),
    ("type", 96),
    ("manifest", 84),
    ("kind", 84),
    ("typename", 84),
    ("messagename", 90),
    ("clrtype", 80),
    ("event", 78),
    ("name", 74),
    ("topic", 70),
    ("activity", 76),
    ("conceptname", 76),
    ("action", 70),
    ("verb", 68),
    ("operation", 66),
    ("class", 66),
    ("operationtype", 50),
    ("op", 40),
    ("t", 60),
];

pub(super) const DATA: &[PartName] = &[
    ("data", 100),
    ("payload", 100),
    ("eventdata", 100),
    ("eventpayload", 100),
    ("messagedata", 100),
    ("jsondata", 99),
    ("eventbody", 98),
    ("body", 98),
    ("eventproperties", 97),
    ("detail", 92),
    ("state", 92),
    ("value", 91),
    ("content", 90),
    ("properties", 86),
    ("attributes", 80),
    ("arguments", 80),
    ("args", 80),
    ("parameters", 78),
    ("params", 78),
    ("fields", 78),
    ("details", 84),
    ("changes", 76),
    ("document", 76),
    ("event", 80),
    ("message", 80),
    ("msg", 78),
    ("record", 72),
    ("object", 70),
    ("after", 70),
    ("newimage", 70),
    ("d", 80),
];

pub(super) const TIME: &[PartName] = &[
    ("occurredat", 100),
    ("occurredon", 100),
    ("occurred", 100),
    ("happenedat", 99),
    ("eventtime", 98),
    ("eventtimestamp", 98),
    ("time", 97),
    ("timestamp", 97),
    ("timeunixnano", 97),
    ("observedtimeunixnano", 70),
    ("raisedat", 96),
    ("created", 95),
    ("createdat", 95),
    ("createdutc", 95),
    ("createdon", 95),
    ("createddate", 94),
    ("creationtime", 94),
    ("recordedat", 94),
    ("recordedon", 94),
    ("timeofrecording", 94),
    ("insertedat", 92),
    ("storedat", 92),
    ("writtenat", 92),
    ("writetimestamp", 92),
    ("publishedat", 92),
    ("emittedat", 92),
    ("committimestamp", 92),
    ("timetimestamp", 92),
    ("datetime", 92),
    ("ts", 91),
    ("tsms", 91),
    ("date", 90),
    ("updated", 80),
    ("updatedat", 80),
    ("when", 80),
    ("at", 80),
    ("approximatecreationdatetime", 80),
    ("clustertime", 76),
];

pub(super) const ID: &[PartName] = &[
    ("eventid", 100),
    ("eventuuid", 100),
    ("eventguid", 100),
    ("eventidentifier", 100),
    ("messageid", 98),
    ("messageuuid", 98),
    ("id", 92),
    ("uuid", 91),
    ("guid", 91),
];

pub(super) const VERSION: &[PartName] = &[
    ("streamversion", 100),
    ("streamposition", 100),
    ("streamrevision", 100),
    ("aggregateversion", 100),
    ("aggregaterootversion", 100),
    ("originatorversion", 100),
    ("eventnumber", 99),
    ("sequencenumber", 98),
    ("sequencenr", 98),
    ("playhead", 98),
    ("version", 97),
    ("revision", 96),
    ("sequence", 95),
    ("entityversion", 95),
    ("seq", 90),
    ("position", 90),
    ("number", 80),
    ("eventversion", 70),
    ("rev", 70),
];

pub(super) const METADATA: &[PartName] = &[
    ("metadata", 100),
    ("meta", 100),
    ("eventmetadata", 100),
    ("messagemetadata", 100),
    ("jsonmetadata", 100),
    ("custommetadata", 97),
    ("usermetadata", 97),
    ("headers", 95),
    ("header", 94),
    ("context", 90),
];

/// The aggregate that a stream belongs to, where it is beside the stream: part of the stream's name.
pub(super) const CATEGORY: &[PartName] = &[
    ("aggregatetype", 100),
    ("aggregatename", 98),
    ("streamtype", 98),
    ("streamcategory", 100),
    ("entitytype", 98),
    ("entityname", 92),
];

/// Objects that hold an event's own fields: what is in them is less likely a part of the envelope.
const CONTENTS: [&str; 14] = [
    "data",
    "payload",
    "eventdata",
    "eventpayload",
    "messagedata",
    "jsondata",
    "body",
    "eventbody",
    "state",
    "value",
    "content",
    "detail",
    "properties",
    "eventproperties",
];

/// Steps that name how a value is written and not what it is: of DynamoDB, MongoDB and Python's `eventsourcing`.
const WRAPPERS: [&str; 9] =
    ["S", "N", "_data_", "$date", "$oid", "$uuid", "$numberLong", "value_", "$numberDecimal"];

/// Names of types of values, which are no types of events.
const NOT_NAMES: [&str; 2] = ["_type_", "__type__"];

/// A name in the form in which names are compared.
pub(super) fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether what is below the step is the event's own content.
pub(super) fn is_content(step: &str) -> bool {
    CONTENTS.contains(&plain(step).as_str())
}

/// The points of a path for a part with these names: of its last step, alone or with the step before it.
pub(super) fn points(path: &[String], names: &[PartName]) -> u32 {
    let named: Vec<&String> = path.iter().filter(|step| !WRAPPERS.contains(&step.as_str())).collect();
    let Some((last, before)) = named.split_last() else { return 0 };
    if NOT_NAMES.contains(&last.as_str()) {
        return 0;
    }
    // A name with dots is a path in itself.
    let (last, own) = (plain(last), plain(last.rsplit('.').next().unwrap_or(last)));
    let both = before.last().map(|before| plain(before) + &last);
    let of = |wanted: &str| names.iter().find(|(name, _)| *name == wanted).map_or(0, |(_, points)| *points);
    of(&last).max(of(&own)).max(both.map_or(0, |both| of(&both)))
}
