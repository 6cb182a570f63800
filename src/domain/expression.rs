//! The expression language: parsed by CEL's grammar, evaluated over exact numbers and over JSON that is read lazily.
//!
//! Its files:
//!
//! - `bad_expression.rs`: an expression that cannot be used: what is wrong, and at which character
//! - `binary.rs`: the operators with two operands
//! - `calls.rs`: calls of functions of values
//! - `check.rs`: checks: names, functions and their arguments are resolved, or the error suggests a similar name
//! - `comparison.rs`: comparison of values: equality and order, or why they are unknown
//! - `compiled.rs`: expressions: parsed and checked once, evaluated at any event
//! - `computed.rs`: values of expressions: numbers, texts, times, and lists and maps that are read lazily
//! - `evaluation.rs`: the evaluation of terms in Kleene's logic: a value, or why it is unknown
//! - `explanation.rs`: explanations: which part of an expression makes its value unknown
//! - `field_path.rs`: left-hand paths of folds: the place in the state that an expression sets
//! - `function.rs`: the functions of the language, and how they are called
//! - `history.rs`: counts over a stream's history: how often a condition was true, and when it last was
//! - `lists.rs`: questions about the items of a list, in Kleene's logic
//! - `operators.rs`: operators: arithmetic on numbers, texts and times
//! - `scope.rs`: the names of an expression, and the values that its place gives them
//! - `shared_text.rs`: text that is borrowed, or shared with others that hold parts of it
//! - `syntax.rs`: the grammar: a text as a tree of names, literals and calls, parsed by the crate `cel`, which no other file names
//! - `term.rs`: terms: an expression whose names, functions and constants are resolved, ready to be evaluated
//! - `times.rs`: times and durations: how they are read and written
//! - `work.rs`: the limit on the work of one evaluation
//! - `writing.rs`: values as text: JSON for a state, plain text for people and for keys

pub mod bad_expression;
pub mod binary;
pub mod calls;
pub mod check;
pub mod comparison;
pub mod compiled;
pub mod computed;
pub mod evaluation;
pub mod explanation;
pub mod field_path;
pub mod function;
pub mod history;
pub mod lists;
pub mod operators;
pub mod scope;
pub mod shared_text;
pub mod syntax;
pub mod term;
pub mod times;
pub mod work;
pub mod writing;
