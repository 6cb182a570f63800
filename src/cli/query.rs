//! Questions to the read model, in SQL.

use std::ops::ControlFlow;

use anyhow::Result;

use crate::cli::ExitCode;
use crate::cli::args::Query;
use crate::cli::open::for_looking;
use crate::cli::output::{JsonObject, Output, say};
use crate::domain::event::GlobalPosition;
use crate::domain::visible::visible;
use crate::read_model::catch_up::{CatchUp, project_to_head};
use crate::read_model::location::Location;
use crate::read_model::query::ReadModel;
use crate::read_model::rows::{AsOf, Checkpoint, Value};
use crate::read_model::sql::{Answer, Limits};
use crate::store::EventReader;

/// Projects up to the head and asks; where another process projects, asks as of where that is.
///
/// # Errors
/// There is no such store, its read model can be neither read nor made, or the question cannot be answered.
pub fn run(args: &Query) -> Result<ExitCode> {
    let looked = for_looking(&args.looked.store, args.looked.map.as_deref())?;
    let store = &looked.store;
    let location = Location::beside(store.path(), store.id())?;
    let held = match project_to_head(store, &location, None, &mut |_| ControlFlow::Continue(()))? {
        CatchUp::HeldBy(_) => Some(store.head()?),
        CatchUp::Done { .. } | CatchUp::Stopped(_) | CatchUp::Failed { .. } => None,
    };
    let mut told =
        Told { out: Output::stdout(), is_json: args.json, columns: Vec::new(), failed: None, as_of: None };
    let answered = ReadModel::open(&location).sql(&args.sql, AsOf::Checkpoint, &Limits::default(), &mut told);
    let Told { out, failed, as_of, .. } = told;
    if let Some(error) = failed {
        return Err(error.into());
    }
    answered?;
    out.finish()?;
    if let (Some(head), Some(Checkpoint { position, .. })) = (held, as_of)
        && position < head
    {
        say(&format!(
            "as of position {position}: another process projects, and is not at the head ({head}) yet"
        ));
    }
    Ok(ExitCode::Done)
}

/// The answer, written as it comes.
struct Told {
    out: Output,
    is_json: bool,
    columns: Vec<String>,
    failed: Option<std::io::Error>,
    as_of: Option<Checkpoint>,
}

impl Told {
    fn take(&mut self, written: std::io::Result<()>) -> ControlFlow<()> {
        match written {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                self.failed = Some(error);
                ControlFlow::Break(())
            }
        }
    }
}

impl Answer for Told {
    fn begin(&mut self, columns: &[String], _: GlobalPosition, checkpoint: Checkpoint) {
        self.as_of = Some(checkpoint);
        self.columns = columns.to_vec();
        if !self.is_json {
            let names: Vec<_> = columns.iter().map(|name| visible(name)).collect();
            let written = self.out.row(&names.join("\t"));
            _ = self.take(written);
        }
    }

    fn row(&mut self, row: Vec<Value>) -> ControlFlow<()> {
        if self.failed.is_some() {
            return ControlFlow::Break(());
        }
        let written = if self.is_json {
            let object =
                self.columns.iter().zip(&row).fold(JsonObject::new(), |object, (name, value)| match value {
                    Value::Null => object.with_raw(name, "null"),
                    Value::Integer(number) => object.with(name, number),
                    Value::Real(number) => object.with(name, number),
                    Value::Text(text) => object.with(name, text),
                    Value::Blob(bytes) => object.with(name, hex(bytes)),
                });
            self.out.json(&object.finish())
        } else {
            let values: Vec<String> = row.iter().map(shown).collect();
            self.out.row(&values.join("\t"))
        };
        self.take(written)
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Integer(number) => number.to_string(),
        Value::Real(number) => number.to_string(),
        Value::Text(text) => visible(text).into_owned(),
        Value::Blob(bytes) => hex(bytes),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
