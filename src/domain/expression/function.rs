//! The functions of the language, and how they are called.

/// A function of values. The first argument can come before the name: `size(x)` or `x.size()`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueFunction {
    /// The value as text.
    String,
    /// A numeric text as a number.
    Number,
    /// The value of JSON within a text.
    Json,
    /// The quotient with a number of decimals.
    Div,
    /// An amount as people write it.
    Money,
    /// A text in lower case.
    Lower,
    /// The number of characters, items or keys.
    Size,
    Contains,
    StartsWith,
    EndsWith,
    Timestamp,
    Duration,
    /// A part of a time, such as its hour, in UTC or in a zone; or a whole duration in a unit.
    TimePart(TimePart),
}

/// A part of a time by the calendar, numbered as in CEL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimePart {
    FullYear,
    /// From 0.
    Month,
    /// From 1.
    Date,
    /// From 0.
    DayOfMonth,
    /// From 0, which is Sunday.
    DayOfWeek,
    /// From 0.
    DayOfYear,
    Hours,
    Minutes,
    Seconds,
    Milliseconds,
}

/// What is asked of the items of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListQuestion {
    All,
    Exists,
    ExistsOne,
    Filter,
    /// `map(x, y)`
    Map,
}

/// A function with its call.
#[derive(Debug)]
pub struct FunctionForm {
    pub name: &'static str,
    pub function: ValueFunction,
    pub n_arguments_min: usize,
    pub n_arguments_max: usize,
    /// A call as an example.
    pub example: &'static str,
}

const fn form(
    name: &'static str,
    function: ValueFunction,
    n_arguments_min: usize,
    n_arguments_max: usize,
    example: &'static str,
) -> FunctionForm {
    FunctionForm { name, function, n_arguments_min, n_arguments_max, example }
}

const fn part(name: &'static str, part: TimePart, example: &'static str) -> FunctionForm {
    form(name, ValueFunction::TimePart(part), 1, 2, example)
}

/// The functions of values.
pub const FUNCTIONS: [FunctionForm; 22] = [
    form("string", ValueFunction::String, 1, 1, "string(data.qty)"),
    form("number", ValueFunction::Number, 1, 1, "number(data.qty)"),
    form("json", ValueFunction::Json, 1, 1, "json(data.payload)"),
    form("div", ValueFunction::Div, 3, 3, "div(total, 3, 2)"),
    form("money", ValueFunction::Money, 1, 2, "money(data.price), or money(data.price, ',')"),
    form("lower", ValueFunction::Lower, 1, 1, "lower(data.name)"),
    form("size", ValueFunction::Size, 1, 1, "size(items)"),
    form("contains", ValueFunction::Contains, 2, 2, "data.name.contains('a')"),
    form("startsWith", ValueFunction::StartsWith, 2, 2, "data.name.startsWith('a')"),
    form("endsWith", ValueFunction::EndsWith, 2, 2, "data.name.endsWith('a')"),
    form("timestamp", ValueFunction::Timestamp, 1, 1, "timestamp(data.created)"),
    form("duration", ValueFunction::Duration, 1, 1, "duration('1h30m')"),
    part("getFullYear", TimePart::FullYear, "time.getFullYear()"),
    part("getMonth", TimePart::Month, "time.getMonth()"),
    part("getDate", TimePart::Date, "time.getDate()"),
    part("getDayOfMonth", TimePart::DayOfMonth, "time.getDayOfMonth()"),
    part("getDayOfWeek", TimePart::DayOfWeek, "time.getDayOfWeek()"),
    part("getDayOfYear", TimePart::DayOfYear, "time.getDayOfYear()"),
    part("getHours", TimePart::Hours, "time.getHours()"),
    part("getMinutes", TimePart::Minutes, "time.getMinutes()"),
    part("getSeconds", TimePart::Seconds, "time.getSeconds()"),
    part("getMilliseconds", TimePart::Milliseconds, "time.getMilliseconds()"),
];

/// The functions with rules of their own, each with a call as an example.
pub const SPECIAL_FORMS: [(&str, &str); 13] = [
    ("has", "has(data.price)"),
    ("default", "default(data.qty, 1)"),
    ("matches", "data.name.matches('^a')"),
    ("all", "items.all(x, x > 0)"),
    ("exists", "items.exists(x, x > 0)"),
    ("exists_one", "items.exists_one(x, x > 0)"),
    ("existsOne", "items.existsOne(x, x > 0)"),
    ("map", "items.map(x, x.price)"),
    ("filter", "items.filter(x, x.price > 0)"),
    ("changed", "changed(status)"),
    ("count", "count(type == 'ItemAdded')"),
    ("once", "once(balance < 0)"),
    ("since", "since(type == 'ItemAdded')"),
];

/// Functions of CEL and other languages, each with ours.
pub const OTHER_NAMES: [(&str, &str); 11] = [
    ("int", "number"),
    ("uint", "number"),
    ("double", "number"),
    ("float", "number"),
    ("str", "string"),
    ("len", "size"),
    ("length", "size"),
    ("lowerAscii", "lower"),
    ("toLowerCase", "lower"),
    ("coalesce", "default"),
    ("round", "div"),
];
