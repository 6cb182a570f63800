//! The saved questions of the bank: the statement, two pictures, and five questions for the console.

use crate::read_model::rows::saved::{
    BarsLook, CellKind, Draw, LineLook, SavedQuestion, StreamTable, TableColumn,
};

/// All of them, in the order in which they are offered.
pub(super) fn saved_questions() -> Vec<SavedQuestion> {
    [statement(), daily_flows(), money_by_currency()].into_iter().chain(in_console()).collect()
}

/// Day, type, counterparty, amount and balance, from the most that there could be room for down to the least.
const STATEMENT_WIDTHS: [[usize; 5]; 8] = [
    [10, 17, 12, 12, 13],
    [10, 17, 8, 10, 11],
    [10, 11, 8, 9, 10],
    [10, 9, 0, 9, 10],
    [5, 9, 0, 9, 10],
    [5, 7, 0, 9, 9],
    [0, 7, 0, 9, 9],
    [0, 4, 0, 8, 8],
];

fn statement() -> SavedQuestion {
    let column = |heading, cells| TableColumn { heading, cells };
    SavedQuestion {
        name: "Statement",
        answers: "the transactions of an account, newest first",
        // The rows that are passed over are counted in the narrow index, without being read.
        sql: "SELECT h.position, h.version,
    NOT EXISTS (SELECT 1 FROM not_understood_events AS u WHERE u.position = h.position),
    h.time, h.type, h.counterparty, h.amount, h.balance
FROM (
    SELECT p.position FROM position_blocks AS b CROSS JOIN account_positions AS p ON p.block = b.position >> 19
    WHERE b.position <= :position AND p.account = (SELECT id FROM account_rows WHERE name = :stream)
        AND p.position <= :position
    ORDER BY b.position DESC, p.position DESC LIMIT :n OFFSET :skip
) AS p CROSS JOIN transaction_history AS h ON h.position = p.position
ORDER BY p.position DESC",
        draw: Draw::StreamTable(StreamTable {
            columns: vec![
                column("date", CellKind::Day),
                column("type", CellKind::EventType),
                column("with", CellKind::Stream),
                column("amount", CellKind::Change),
                column("balance", CellKind::Amount),
            ],
            widths: STATEMENT_WIDTHS.map(Vec::from).into(),
            nothing: "The query view has nothing of this account yet.",
        }),
    }
}

/// The currencies with the most accounts first, in both pictures.
const CURRENCIES: &str = "SELECT currency FROM total_rows ORDER BY n_accounts DESC, currency";

fn daily_flows() -> SavedQuestion {
    SavedQuestion {
        name: "Daily flows",
        answers: "the money that came in and went out on each day, without transfers",
        // -8388608 is the day of events before the log had any time.
        sql: "SELECT day, currency, flow = 'inflow', amount FROM daily_flow_rows
WHERE day > -8388608 AND flow IN ('inflow', 'outflow')
ORDER BY day",
        draw: Draw::Bars(BarsLook {
            up: "in",
            down: "out",
            nothing: "No money has come in or gone out yet.",
            units: CURRENCIES,
            ends: "SELECT min(day), max(day) FROM daily_flow_rows WHERE day > -8388608",
            n_undated: "SELECT ifnull(sum(n_transactions), 0) FROM daily_flow_rows WHERE day = -8388608",
        }),
    }
}

fn money_by_currency() -> SavedQuestion {
    SavedQuestion {
        name: "Money by currency",
        answers: "the sum of all balances of a currency, over the log",
        sql: "SELECT currency, balance, n_accounts, position FROM total_history
WHERE currency = :unit AND position <= :position ORDER BY position DESC LIMIT 1",
        draw: Draw::Line(LineLook { units: CURRENCIES }),
    }
}

/// The questions that the console offers. Amounts are shown as money.
fn in_console() -> [SavedQuestion; 5] {
    [
        SavedQuestion {
            name: "richest accounts",
            answers: "the ten highest balances of each currency, and whose",
            sql: "SELECT account, owner, money(balance, currency) AS balance, status
FROM (SELECT *, row_number() OVER (PARTITION BY currency ORDER BY balance DESC) AS place FROM accounts)
WHERE place <= 10
ORDER BY currency, place",
            draw: Draw::Table,
        },
        SavedQuestion {
            name: "biggest days",
            answers: "the ten days on which most money moved",
            sql: "SELECT day, money(inflow + outflow + transferred_in, currency) AS moved,
       money(inflow, currency) AS inflow, money(outflow, currency) AS outflow, n_transactions
FROM daily_flows AS f
ORDER BY f.inflow + f.outflow + f.transferred_in DESC, day
LIMIT 10",
            draw: Draw::Table,
        },
        SavedQuestion {
            name: "money by currency",
            answers: "what all accounts of a currency hold",
            sql: "SELECT money(balance, currency) AS balance, n_accounts
FROM totals
ORDER BY n_accounts DESC, currency",
            draw: Draw::Table,
        },
        SavedQuestion {
            name: "transfers that are not complete",
            answers: "a leg is missing, unnamed or does not fit",
            sql: "SELECT transfer, state, sender, receiver, money(amount, currency) AS amount, time
FROM transfers
WHERE state <> 'complete'
ORDER BY coalesce(sent_position, received_position)",
            draw: Draw::Table,
        },
        SavedQuestion {
            name: "accounts below zero at any time",
            answers: "how far below, since when, how often",
            sql: "SELECT account, money(min(t.balance), currency) AS lowest, min(time) AS first_time,
       min(t.position) AS first_position, count(*) AS n_transactions
FROM transactions AS t JOIN accounts USING (account)
WHERE t.balance < 0
GROUP BY account
ORDER BY currency, min(t.balance)",
            draw: Draw::Table,
        },
    ]
}
