//! Logs in OTLP, the form of OpenTelemetry: each record of an export as a plain object.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::domain::json::each_member;
use crate::domain::mapping::envelope::typed_values::only_member;
use crate::domain::mapping::paths::push_text;

/// The most bytes of resources and scopes over all records of an export; each record includes its own.
const CONTEXT_BYTES_MAX: usize = 64 * 1024 * 1024;

/// An attribute.
#[derive(Deserialize)]
struct KeyValue<'j> {
    #[serde(borrow)]
    key: Cow<'j, str>,
    #[serde(borrow, default)]
    value: Option<&'j RawValue>,
}

/// The records in `resourceLogs`, `scopeLogs` and `logRecords` of an export, in their order. Lists of attributes are
/// objects, and values have no type around them; each record has its resource and its scope beside its own fields.
/// `None` if it is not such an export, or if these are too long to be in each record.
pub(in crate::domain::mapping) fn records(export: &str) -> Option<Vec<String>> {
    let (mut records, mut n_context_bytes) = (Vec::new(), 0_usize);
    for resource_logs in list(export, "resourceLogs")? {
        let resource = context(resource_logs, "resource", "scopeLogs")?;
        for scope_logs in list(resource_logs, "scopeLogs").unwrap_or_default() {
            let scope = context(scope_logs, "scope", "logRecords")?;
            for record in list(scope_logs, "logRecords").unwrap_or_default() {
                n_context_bytes += resource.len() + scope.len();
                if n_context_bytes > CONTEXT_BYTES_MAX {
                    return None;
                }
                let mut out = String::from("{");
                push_members(record, &[], &mut out)?;
                for (name, object) in [("resource", &resource), ("scope", &scope)] {
                    push_key(name, &mut out);
                    out.push_str(object);
                }
                out.push('}');
                records.push(out);
            }
        }
    }
    Some(records)
}

/// The objects in the list of that name.
fn list<'j>(object: &'j str, name: &str) -> Option<Vec<&'j str>> {
    let mut found = None;
    each_member(object, |key, value| {
        if key == Some(name) {
            found = Some(value);
        }
        Ok(())
    })
    .ok()?;
    let list: Vec<&RawValue> = serde_json::from_str(found?.get()).ok()?;
    Some(list.into_iter().map(RawValue::get).collect())
}

/// The object of that name, together with what else the group says beside its list.
fn context(group: &str, name: &str, list: &str) -> Option<String> {
    let mut out = String::from("{");
    each_member(group, |key, value| {
        if key == Some(name) {
            // What is no object has no members.
            let _ = push_members(value.get(), &[], &mut out);
        }
        Ok(())
    })
    .ok()?;
    push_members(group, &[name, list], &mut out)?;
    out.push('}');
    Some(out)
}

/// Writes the members of an object, except some.
fn push_members(object: &str, except: &[&str], out: &mut String) -> Option<()> {
    each_member(object, |key, value| {
        let Some(key) = key.filter(|key| !except.contains(key)) else { return Ok(()) };
        push_key(key, out);
        match key {
            "attributes" => push_attributes(value.get(), out),
            "body" => push_value(value.get(), out),
            _ => out.push_str(value.get()),
        }
        Ok(())
    })
    .ok()
}

fn push_key(key: &str, out: &mut String) {
    if !out.ends_with('{') {
        out.push(',');
    }
    push_text(key, out);
    out.push(':');
}

/// Writes a list of attributes as an object; anything else as it is.
fn push_attributes(list: &str, out: &mut String) {
    let Ok(attributes) = serde_json::from_str::<Vec<KeyValue<'_>>>(list) else { return out.push_str(list) };
    out.push('{');
    for KeyValue { key, value } in attributes {
        push_key(&key, out);
        push_value(value.map_or("null", RawValue::get), out);
    }
    out.push('}');
}

/// Writes a value without its type; anything else as it is.
fn push_value(json: &str, out: &mut String) {
    let Some((kind, value)) = only_member(json) else {
        return out.push_str(if json.trim() == "{}" { "null" } else { json });
    };
    let inside = value.get();
    match kind.as_str() {
        "stringValue" | "boolValue" | "doubleValue" => out.push_str(inside),
        // JSON has no integers of 64 bits, so they are texts.
        "intValue" => out.push_str(inside.trim_matches('"')),
        "bytesValue" => {
            out.push_str("{\"$bytes\":");
            out.push_str(inside);
            out.push('}');
        }
        "arrayValue" => {
            out.push('[');
            for (at, item) in list(inside, "values").unwrap_or_default().into_iter().enumerate() {
                out.push_str(if at > 0 { "," } else { "" });
                push_value(item, out);
            }
            out.push(']');
        }
        "kvlistValue" => {
            let mut values = "[]";
            let found = each_member(inside, |key, value| {
                if key == Some("values") {
                    values = value.get();
                }
                Ok(())
            });
            push_attributes(if found.is_ok() { values } else { "[]" }, out);
        }
        _ => out.push_str(json),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_record_of_an_export_is_a_plain_object_with_its_resource_and_scope() {
        let export = r#"{"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}}]},
            "scopeLogs":[{"scope":{"name":"orders","version":"1.0"},"schemaUrl":"https://x","logRecords":[
                {"timeUnixNano":"1710411727000000000","eventName":"order.placed","body":{"stringValue":"placed"},
                 "attributes":[{"key":"order.id","value":{"intValue":"9007199254740993"}},
                    {"key":"total","value":{"doubleValue":12.50}},{"key":"paid","value":{"boolValue":false}},
                    {"key":"skus","value":{"arrayValue":{"values":[{"stringValue":"tea"},{"intValue":"2"}]}}},
                    {"key":"to","value":{"kvlistValue":{"values":[{"key":"city","value":{"stringValue":"Brno"}}]}}},
                    {"key":"raw","value":{"bytesValue":"AAE="}},{"key":"none","value":{}}]},
                {"severityText":"INFO"}]}]}]}"#;
        let context = r#""resource":{"attributes":{"service.name":"shop"}},"scope":{"name":"orders","version":"1.0","schemaUrl":"https://x"}"#;
        assert_eq!(
            records(export).unwrap(),
            [
                format!(
                    r#"{{"timeUnixNano":"1710411727000000000","eventName":"order.placed","body":"placed","attributes":{{"order.id":9007199254740993,"total":12.50,"paid":false,"skus":["tea",2],"to":{{"city":"Brno"}},"raw":{{"$bytes":"AAE="}},"none":null}},{context}}}"#
                ),
                format!(r#"{{"severityText":"INFO",{context}}}"#),
            ]
        );
        assert_eq!(records(r#"{"resourceLogs":[]}"#), Some(Vec::new()));
        for other in [r#"{"resourceSpans":[]}"#, r#"{"resourceLogs":7}"#, "[]", "x"] {
            assert_eq!(records(other), None, "{other}");
        }
        let odd =
            r#"{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"attributes":{"a":1},"body":"text"}]}]}]}"#;
        assert_eq!(
            records(odd).unwrap(),
            [r#"{"attributes":{"a":1},"body":"text","resource":{},"scope":{}}"#]
        );
    }
}
