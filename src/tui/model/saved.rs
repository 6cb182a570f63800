//! The saved SQL questions that come with foldback.

/// A question that can be asked as it is or edited first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SavedQuestion {
    /// Its title.
    pub name: &'static str,
    /// A description of the answer, in one line.
    pub answers: &'static str,
    /// Its SQL.
    pub sql: &'static str,
}

/// The questions, in the order of the list. Amounts are shown as money.
pub const SAVED_QUESTIONS: [SavedQuestion; 5] = [
    SavedQuestion {
        name: "richest accounts",
        answers: "the ten highest balances of each currency, and whose",
        sql: "SELECT account, owner, money(balance, currency) AS balance, status
FROM (SELECT *, row_number() OVER (PARTITION BY currency ORDER BY balance DESC) AS place FROM accounts)
WHERE place <= 10
ORDER BY currency, place",
    },
    SavedQuestion {
        name: "biggest days",
        answers: "the ten days on which most money moved",
        sql: "SELECT day, money(inflow + outflow + transferred_in, currency) AS moved,
       money(inflow, currency) AS inflow, money(outflow, currency) AS outflow, n_transactions
FROM daily_flows AS f
ORDER BY f.inflow + f.outflow + f.transferred_in DESC, day
LIMIT 10",
    },
    SavedQuestion {
        name: "money by currency",
        answers: "what all accounts of a currency hold",
        sql: "SELECT money(balance, currency) AS balance, n_accounts
FROM totals
ORDER BY n_accounts DESC, currency",
    },
    SavedQuestion {
        name: "transfers that are not complete",
        answers: "a leg is missing, unnamed or does not fit",
        sql: "SELECT transfer, state, sender, receiver, money(amount, currency) AS amount, time
FROM transfers
WHERE state <> 'complete'
ORDER BY coalesce(sent_position, received_position)",
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
    },
];
