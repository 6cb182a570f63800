//! Bytes of a read model that cannot be read: the read model is rebuilt, and projecting never stops at them.

use foldback::domain::event::GlobalPosition;
use foldback::read_model::engine::catch_up::{CatchUp, CatchUpOptions, project_to_head};
use foldback::read_model::engine::generation::RebuildReason;
use foldback::read_model::engine::location::Location;
use foldback::read_model::questions::query::ReadModel;
use foldback::read_model::rows::AsOf;
use foldback::runtime::rows_worker::RowsWorker;
use foldback::store::EventReader;
use foldback::tui::message::Message;
use foldback::tui::questions::listing::{Around, ListingQuestion};
use foldback::tui::questions::{Answer, RowsQuestion};
use rusqlite::Connection;

use crate::logs::{append_deposits, catch_up, dump, location_of, store_of_deposits};

fn current_connection(location: &Location) -> Connection {
    Connection::open(location.generation_path(location.current().unwrap().unwrap().number)).unwrap()
}

/// The columns of all tables, with the type of each.
fn columns(location: &Location) -> Vec<(String, String, String)> {
    let sql = "SELECT t.name, c.name, c.type FROM sqlite_schema t JOIN pragma_table_info(t.name) c WHERE t.type = 'table' \
               AND c.pk = 0 ORDER BY t.name, c.cid";
    let conn = current_connection(location);
    let mut select = conn.prepare(sql).unwrap();
    let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
    rows.map(Result::unwrap).collect()
}

#[test]
fn a_value_that_cannot_be_read_is_damage_in_whatever_column_it_is() {
    let mut temp = store_of_deposits(30);
    let location = location_of(&temp);
    catch_up(&temp, &location);
    let mut n_found = 0;
    for (table, column, kind) in columns(&location) {
        let value = match kind.as_str() {
            "TEXT" => "CAST(x'61ff' AS TEXT)",
            "INTEGER" => "-7",
            "BLOB" => "x'ff'",
            _ => continue,
        };
        // Some tables are empty, and some values must not be what this sets them to.
        let sql = format!("UPDATE OR IGNORE \"{table}\" SET \"{column}\" = {value}");
        if current_connection(&location).execute(&sql, []).is_err() {
            continue;
        }
        append_deposits(&mut temp, 3);
        let outcome = project_to_head(&temp.store, &location, &CatchUpOptions::default(), &mut |_| {});
        match outcome {
            // The projections do not read this value.
            Ok(CatchUp::Done { begun: None, .. }) => {
                std::fs::remove_dir_all(location.folder()).unwrap();
                catch_up(&temp, &location);
            }
            Ok(CatchUp::Done { begun: Some(reason), .. }) => {
                n_found += u64::from(matches!(reason, RebuildReason::Damaged(_)));
                let rows = dump(&location);
                std::fs::remove_dir_all(location.folder()).unwrap();
                catch_up(&temp, &location);
                assert_eq!(dump(&location), rows, "{table}.{column}");
            }
            other => panic!("{table}.{column}: {other:?}"),
        }
    }
    assert!(n_found > 3, "{n_found}");
}

#[test]
fn a_value_that_the_query_view_cannot_read_is_reported_as_damage_once() {
    let temp = store_of_deposits(30);
    let location = location_of(&temp);
    catch_up(&temp, &location);
    let mut worker = RowsWorker::new(&location);
    let mut ask = || {
        let (filter, head) = (String::new(), GlobalPosition::new(30));
        let (as_of, playhead, checkpoint) = (AsOf::Checkpoint, head, head);
        let question =
            ListingQuestion { around: Around::First, filter, n_rows: 10, as_of, playhead, checkpoint };
        worker.answer(1, &RowsQuestion::Listing(question))
    };
    assert!(matches!(ask(), Message::Answered(1, Answer::Listing(_))));
    current_connection(&location)
        .execute_batch("UPDATE account_rows SET owner = CAST(x'ff' AS TEXT)")
        .unwrap();
    let first = ask();
    assert!(matches!(&first, Message::ReadModelDamaged(wrong) if wrong.contains("utf-8")), "{first:?}");
    let second = ask();
    assert!(matches!(&second, Message::Failed(why) if why.starts_with("the query view cannot be read: ")));
}

#[test]
fn a_deleted_generation_is_no_read_model_until_the_next_one_is_there() {
    let temp = store_of_deposits(5);
    let location = location_of(&temp);
    catch_up(&temp, &location);
    let rows = dump(&location);
    let mut read_model = ReadModel::open(&location);
    let position = |read_model: &mut ReadModel| read_model.reading().unwrap().checkpoint().unwrap().position;
    let current = location.current().unwrap().unwrap();
    std::fs::remove_file(location.generation_path(current.number)).unwrap();
    let deleted = ReadModel::open(&location).reading().unwrap().checkpoint().unwrap().position;
    assert_eq!(deleted, GlobalPosition::START);
    catch_up(&temp, &location);
    assert_eq!(position(&mut read_model), temp.store.head().unwrap());
    assert_eq!(dump(&location), rows);
}
