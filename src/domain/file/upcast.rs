//! The part `[upcast.TYPE]`: how events of an old type are read.

use crate::domain::aggregates::declared::upcast::{UPCASTS_MAX, Upcaster, Upcasters};
use crate::domain::file::table::{FileTable, Mistake};

/// The upcasters of a file.
pub(super) fn upcasters(table: &FileTable<'_>) -> Result<Upcasters, Mistake> {
    let all = table.tables()?;
    let upcasters = Upcasters(all.iter().map(upcaster).collect::<Result<_, _>>()?);
    if let Some(Upcaster { from, .. }) = upcasters.endless() {
        let why =
            format!("{from} would pass through more than {UPCASTS_MAX} upcasts: do they lead back to it?");
        return Err(table.mistake(&why));
    }
    Ok(upcasters)
}

fn upcaster(table: &FileTable<'_>) -> Result<Upcaster, Mistake> {
    table.has_only(&["as", "data"])?;
    let to = table.text("as")?.map(Into::into);
    let data = table.value("data").map(|value| value.expression("data")).transpose()?;
    if to.is_none() && data.is_none() {
        return Err(table.mistake("an upcast has as = \"TYPE\", data = \"EXPRESSION\", or both"));
    }
    Ok(Upcaster { from: table.key().into(), to, data })
}
