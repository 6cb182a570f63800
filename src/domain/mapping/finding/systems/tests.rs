//! Tests of finding the events of known systems, over records in the shape that each writes.

use serde_json::{Value, json};

use crate::domain::mapping::envelope::Envelope;
use crate::domain::mapping::finding::find;
use crate::domain::mapping::finding::found::EnvelopeFinding;

const TIME: &str = "2024-03-14T10:22:07Z";

/// The events that the records hold, as `stream | type | data | time`, and what was taken for what.
fn read(records: &[Value]) -> (Vec<String>, String) {
    let lines: Vec<String> = records.iter().map(Value::to_string).collect();
    let EnvelopeFinding::Found(found) = find(lines.iter().map(String::as_str)) else { panic!("{lines:?}") };
    let envelope: Envelope = found.envelope().unwrap();
    let event = |line: &str| match envelope.read(line, |_| false) {
        Ok(event) => {
            let time = event.time.map_or_else(|| "-".to_owned(), |time| time.to_string());
            format!("{} | {} | {} | {time}", event.stream, event.event_type, event.data)
        }
        Err(why) => why.into_owned(),
    };
    let of_line = |line: &String| match envelope.elements(line) {
        Some(elements) => elements.iter().map(|element| event(element)).collect(),
        None => vec![event(line)],
    };
    (lines.iter().flat_map(of_line).collect(), found.in_words())
}

#[track_caller]
fn check(records: &[Value], events: &[&str], words: &str) {
    assert_eq!(read(records), (events.iter().map(|event| (*event).to_owned()).collect(), words.to_owned()));
}

#[test]
fn cloud_events_have_the_subject_for_a_stream_or_else_the_source() {
    let event = |subject: Option<&str>| {
        let mut event = json!({"specversion": "1.0", "id": "7", "source": "/orders/7", "type": "com.acme.placed",
                               "time": TIME, "datacontenttype": "application/json", "data": {"n": 1}});
        if let Some(subject) = subject {
            event["subject"] = subject.into();
        }
        event
    };
    let placed = |stream: &str| format!(r#"{stream} | com.acme.placed | {{"n":1}} | {TIME}"#);
    let words = "stream ← subject, type ← type, data ← data, time ← time; from CloudEvents";
    check(&[event(Some("o-7"))], &[&placed("o-7")], words);
    let words = "stream ← source, type ← type, data ← data, time ← time; from CloudEvents";
    check(&[event(None)], &[&placed("/orders/7")], words);
}

#[test]
fn a_backup_of_event_sourcing_db_has_a_cloud_event_in_each_line() {
    let line = |version: usize| {
        json!({"type": "event", "payload": {"source": "https://shop", "subject": "/books/42", "type": "io.shop.acquired",
               "specversion": "1.0", "id": version.to_string(), "time": TIME, "data": {"title": "2001"},
               "predecessorhash": "00"}, "hash": "aa"})
    };
    check(
        &[line(0), line(1)],
        &[format!(r#"/books/42 | io.shop.acquired | {{"title":"2001"}} | {TIME}"#).as_str(); 2],
        "stream ← payload.subject, type ← payload.type, data ← payload.data, time ← payload.time; from EventSourcingDB",
    );
}

#[test]
fn kafka_records_have_the_key_for_a_stream_and_the_type_within_the_payload() {
    let record = |offset: usize, payload: Value| {
        json!({"topic": "carts", "partition": 0, "offset": offset, "tstype": "create", "ts": 1_710_411_727_000_i64,
               "broker": 1, "key": "cart-1", "payload": payload})
    };
    check(
        &[
            record(1, r#"{"kind":"Added","n":1.50}"#.into()),
            record(2, r#"{"kind":"Removed"}"#.into()),
            record(3, Value::Null),
        ],
        &[
            &format!(r#"cart-1 | Added | {{"kind":"Added","n":1.50}} | {TIME}"#),
            &format!(r#"cart-1 | Removed | {{"kind":"Removed"}} | {TIME}"#),
            &format!("cart-1 | carts | null | {TIME}"),
        ],
        "stream ← key, type ← payload.kind, topic (likely), data ← payload, time ← ts; from Kafka; to correct it: foldback guide events",
    );
}

#[test]
fn a_debezium_outbox_has_the_event_in_the_row_after_the_change() {
    let row = json!({"id": "0190a5b0-1111-7000-8000-0000000000aa", "aggregatetype": "Cart", "aggregateid": "c-1",
                     "type": "Added", "payload": "{\"sku\":\"tea\"}"});
    let change = json!({"before": null, "after": row, "op": "c", "ts_ms": 1_710_411_727_000_i64});
    let added = format!(r#"c-1 | Added | {{"sku":"tea"}} | {TIME}"#);
    let words = |at: &str, time: &str| {
        format!(
            "stream ← {at}after.aggregateid, type ← {at}after.type, data ← {at}after.payload, time ← {time}, \
             id ← {at}after.id; from a Debezium outbox"
        )
    };
    check(std::slice::from_ref(&change), &[&added], &words("", "ts_ms"));
    let deleted = json!({"payload": {"before": {"id": 1}, "after": null, "op": "d"}});
    let wrapped = [json!({"schema": {}, "payload": change}), deleted];
    check(&wrapped, &[&added, "it has no stream"], &words("payload.", "payload.ts_ms (likely)"));
}

#[test]
fn a_feed_of_kurrent_db_is_an_array_with_the_newest_first_and_data_in_texts() {
    let entry = |number: usize, kind: &str, data: &str| {
        json!({"eventId": format!("00000000-0000-4000-8000-00000000000{number}"), "eventType": kind,
               "eventNumber": number, "data": data, "metaData": "", "streamId": "account-9", "isJson": true,
               "title": format!("{number}@account-9"), "updated": format!("2024-03-14T10:22:0{number}Z")})
    };
    let feed = json!({"title": "Event stream 'account-9'", "streamId": "account-9", "headOfStream": true,
                      "entries": [entry(1, "In", "{\"sum\":\"5.00\"}"), entry(0, "Opened", "{\"holder\":\"Ines\"}")]});
    let (events, words) = read(&[feed]);
    assert_eq!(
        events,
        [
            r#"account-9 | Opened | {"holder":"Ines"} | 2024-03-14T10:22:00Z"#,
            r#"account-9 | In | {"sum":"5.00"} | 2024-03-14T10:22:01Z"#,
        ]
    );
    assert!(
        words.contains(
            "events in entries, without the fields beside it: headOfStream, streamId, title; from KurrentDB"
        ),
        "{words}"
    );
}

#[test]
fn stripe_has_its_object_for_a_stream() {
    let event = |kind: &str| {
        json!({"id": format!("evt_{kind}"), "object": "event", "api_version": "2024-04-10", "created": 1_710_411_727,
               "data": {"object": {"id": "in_17", "object": "invoice", "customer": "cus_1", "total": 500}},
               "livemode": false, "request": {"id": "req_1"}, "type": kind})
    };
    let (events, words) = read(&[event("invoice.created"), event("invoice.paid")]);
    assert!(events[1].starts_with("in_17 | invoice.paid | {") && events[1].ends_with(TIME), "{events:?}");
    assert!(
        words.starts_with("stream ← data.object.id, type ← type, data ← data, time ← created"),
        "{words}"
    );
}

#[test]
fn streams_of_changes_have_the_event_in_the_new_image_with_types_around_its_values() {
    let change = |version: usize| {
        json!({"eventID": "x", "eventName": "INSERT", "dynamodb": {"SequenceNumber": "11", "NewImage": {
            "streamId": {"S": "cart-1"}, "version": {"N": version.to_string()}, "type": {"S": "Added"},
            "payload": {"M": {"sku": {"S": "tea"}}}}}})
    };
    check(
        &[change(1), change(2)],
        &[r#"cart-1 | Added | {"sku":"tea"} | -"#; 2],
        "stream ← dynamodb.NewImage.streamId.S, type ← dynamodb.NewImage.type.S, data ← dynamodb.NewImage.payload, \
         version ← dynamodb.NewImage.version.N; from a DynamoDB stream",
    );
    let whole = |kind: &str, qty: &str| {
        json!({"eventID": "x", "eventName": "INSERT", "dynamodb": {"ApproximateCreationDateTime": 1_710_411_727,
            "Keys": {"pk": {"S": "cart-1"}, "sk": {"N": qty}},
            "NewImage": {"pk": {"S": "cart-1"}, "sk": {"N": qty}, "eventType": {"S": kind}, "paid": {"BOOL": false}}}})
    };
    check(
        &[whole("Created", "1"), whole("Added", "2.50")],
        &[
            &format!(
                r#"cart-1 | Created | {{"eventType":"Created","paid":false,"pk":"cart-1","sk":1}} | {TIME}"#
            ),
            &format!(
                r#"cart-1 | Added | {{"eventType":"Added","paid":false,"pk":"cart-1","sk":2.50}} | {TIME}"#
            ),
        ],
        "stream ← dynamodb.NewImage.pk.S (likely), type ← dynamodb.NewImage.eventType.S, \
         data ← dynamodb.NewImage, time ← dynamodb.ApproximateCreationDateTime (likely); from a DynamoDB stream; \
         to correct it: foldback guide events",
    );
}

#[test]
fn a_change_of_an_item_that_is_no_event_is_one_itself_and_a_removal_too() {
    let change = |name: &str, stock: Option<&str>| {
        let mut change = json!({"eventID": "x", "eventName": name, "dynamodb": {
            "Keys": {"pk": {"S": "tea"}}, "SequenceNumber": "11"}});
        if let Some(stock) = stock {
            change["dynamodb"]["NewImage"] = json!({"pk": {"S": "tea"}, "stock": {"N": stock}});
        }
        change
    };
    check(
        &[change("INSERT", Some("12")), change("MODIFY", Some("11")), change("REMOVE", None)],
        &[
            r#"tea | INSERT | {"pk":"tea","stock":12} | -"#,
            r#"tea | MODIFY | {"pk":"tea","stock":11} | -"#,
            "tea | REMOVE | null | -",
        ],
        "stream ← dynamodb.Keys.pk.S (likely), type ← eventName, data ← dynamodb.NewImage (likely); \
         from a DynamoDB stream; to correct it: foldback guide events",
    );
}

#[test]
fn an_export_of_a_table_has_an_event_in_each_item() {
    let item = |version: &str| {
        json!({"Item": {"aggregateId": {"S": "cart-1"}, "version": {"N": version}, "type": {"S": "Added"},
                        "data": {"S": "{\"qty\":2}"}}})
    };
    check(
        &[item("1"), item("2")],
        &[r#"cart-1 | Added | {"qty":2} | -"#; 2],
        "stream ← Item.aggregateId.S, type ← Item.type.S, data ← Item.data, version ← Item.version.N; \
         from an export of DynamoDB",
    );
}

#[test]
fn a_log_record_of_opentelemetry_has_its_attributes_for_data() {
    let attribute = |key: &str, value: &str| json!({"key": key, "value": {"stringValue": value}});
    let record = |order: &str, kind: &str| {
        json!({"timeUnixNano": "1710411727000000000", "severityNumber": 9, "body": {"stringValue": "placed"},
               "attributes": [attribute("event.name", kind), attribute("order.id", order)]})
    };
    let export = |records: &[Value]| {
        json!({"resourceLogs": [{"resource": {"attributes": [attribute("service.name", "shop")]},
            "scopeLogs": [{"scope": {"name": "orders"}, "logRecords": records}]}]})
    };
    check(
        &[
            export(&[record("o-1", "order.placed"), record("o-2", "order.placed")]),
            export(&[record("o-1", "order.paid")]),
        ],
        &[
            &format!(r#"o-1 | order.placed | {{"event.name":"order.placed","order.id":"o-1"}} | {TIME}"#),
            &format!(r#"o-2 | order.placed | {{"event.name":"order.placed","order.id":"o-2"}} | {TIME}"#),
            &format!(r#"o-1 | order.paid | {{"event.name":"order.paid","order.id":"o-1"}} | {TIME}"#),
        ],
        "stream ← attributes.\"order.id\" (guessed), type ← attributes.\"event.name\", data ← attributes, \
         time ← timeUnixNano; from OpenTelemetry's logs (OTLP); to correct it: foldback guide events",
    );
}

#[test]
fn a_containers_log_has_the_event_in_a_text() {
    let line = |text: &str| json!({"log": text, "stream": "stdout", "time": TIME});
    let event = r#"{"stream":"a","type":"Added","data":{"n":1}}"#;
    let (events, words) = read(&[line(&format!("{event}\n")), line("plain words\n")]);
    assert_eq!(events, [format!(r#"a | Added | {{"n":1}} | {TIME}"#), "it has no stream".to_owned()]);
    assert!(
        words.starts_with("stream ← log.stream, type ← log.type, data ← log.data, time ← time"),
        "{words}"
    );
}

#[test]
fn an_aggregate_beside_the_id_is_part_of_the_streams_name() {
    let row = |id: &str, version: usize| {
        json!({"aggregate_type": "account", "aggregate_id": id, "sequence": version, "event_type": "Opened",
               "event_version": "1.0", "payload": {"Opened": {"owner": "Ana"}}, "metadata": {}})
    };
    check(
        &[row("A-1", 1), row("A-2", 1), row("A-1", 2)],
        &["account-A-1", "account-A-2", "account-A-1"]
            .map(|stream| format!(r#"{stream} | Opened | {{"Opened":{{"owner":"Ana"}}}} | -"#))
            .each_ref()
            .map(String::as_str),
        "stream ← aggregate_type, aggregate_id, type ← event_type, data ← payload, version ← sequence, \
         metadata ← metadata; from cqrs-es",
    );
    let axon = json!({"type": "Cart", "aggregateIdentifier": "c-1", "sequenceNumber": 0, "payloadType": "com.shop.Added",
                      "payload": {"n": 1}, "timestamp": TIME, "metaData": {}});
    assert_eq!(read(&[axon]).0, [format!(r#"Cart-c-1 | com.shop.Added | {{"n":1}} | {TIME}"#)]);
}

#[test]
fn headers_may_hold_the_envelope() {
    let message = |version: usize| {
        json!({"headers": {"__event_type": "cart.added", "__aggregate_root_id": "c-1", "__aggregate_root_version": version,
               "__time_of_recording": "2024-03-14 10:22:07.000000+0000"}, "payload": {"n": version}})
    };
    let event = |n: usize| format!(r#"c-1 | cart.added | {{"n":{n}}} | {TIME}"#);
    assert_eq!(read(&[message(1), message(2)]).0, [event(1), event(2)]);
}

#[test]
fn the_type_may_be_the_name_of_the_only_member() {
    let line = |kind: &str| json!({"account_id": "a-1", "payload": {kind: {"n": 1}}});
    let (events, words) = read(&[line("Opened"), line("Deposited"), line("Deposited")]);
    assert_eq!(events[1], r#"a-1 | Deposited | {"Deposited":{"n":1}} | -"#);
    assert_eq!(
        words,
        "stream ← account_id (guessed), type ← payload.* (likely), data ← payload; to correct it: foldback guide events"
    );
}
