//! Data that is kept in base64.

use std::borrow::Cow;

use base64::Engine;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use crate::domain::json::unquoted;

/// Padding at the end may be left out, as many systems do.
const CONFIG: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);

/// Base64 with either of its two alphabets.
const ENGINES: [GeneralPurpose; 2] =
    [GeneralPurpose::new(&STANDARD, CONFIG), GeneralPurpose::new(&URL_SAFE, CONFIG)];

/// The JSON that is in a text of base64; other bytes are an object with that text under `$bytes`. Null is null.
///
/// # Errors
/// The value is not a text of base64.
pub(super) fn data(value: Option<&RawValue>) -> Result<Cow<'static, str>, Cow<'static, str>> {
    let Some(json) = value.map(RawValue::get).filter(|json| *json != "null") else {
        return Ok("null".into());
    };
    let text = unquoted(json).ok_or("its data_base64 is not a text")?;
    let decoded = ENGINES.iter().find_map(|engine| engine.decode(text.trim()).ok());
    let bytes = decoded.ok_or("its data_base64 is not base64")?;
    let inside = String::from_utf8(bytes).ok();
    let is_json = |text: &String| serde_json::from_str::<IgnoredAny>(text).is_ok();
    Ok(match inside.filter(is_json) {
        Some(inside) => inside.trim_ascii().to_owned().into(),
        None => format!("{{\"$bytes\":{json}}}").into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data_of(json: &str) -> Result<String, String> {
        let value: Box<RawValue> = serde_json::from_str(json).unwrap();
        data(Some(&value)).map(Cow::into_owned).map_err(Cow::into_owned)
    }

    #[test]
    fn json_in_base64_is_the_data_and_other_bytes_stay_bytes() {
        let ok = |text: &str| Ok(text.to_owned());
        assert_eq!(data_of(r#""eyJxdHkiOiAyLjUwfQo=""#), ok(r#"{"qty": 2.50}"#));
        assert_eq!(data_of(r#""eyJxdHkiOiAyLjUwfQo""#), ok(r#"{"qty": 2.50}"#));
        assert_eq!(data_of(r#""eyJhIjoiPz8_In0=""#), ok(r#"{"a":"???"}"#));
        assert_eq!(data_of(r#""AAEC""#), ok(r#"{"$bytes":"AAEC"}"#));
        assert_eq!(data_of("null"), ok("null"));
        assert_eq!(data_of(r#""{}""#), Err("its data_base64 is not base64".to_owned()));
        assert_eq!(data_of("7"), Err("its data_base64 is not a text".to_owned()));
    }
}
