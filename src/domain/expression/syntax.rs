//! The grammar: a text as a tree of names, literals and calls, parsed by the crate `cel`, which no other file names.

use cel::common::ast::operators;
use cel::common::ast::{CallExpr, EntryExpr, Expr, IdedExpr, LiteralValue, MapExpr, SourceInfo};
use cel::parser::ParseError;

use crate::domain::expression::bad_expression::BadExpression;
use crate::domain::expression::binary::BinaryOperator;
use crate::domain::number::{Number, SIGNIFICANT_DIGITS_MAX};

/// The longest expression, in bytes. The parser takes a few milliseconds and little stack for any text of this length;
/// a text of 8,000 terms overflows the stack.
pub const EXPRESSION_BYTES_MAX: usize = 2 * 1024;

/// How deep the terms of an expression may be nested: less than the parser's own limit of 96 brackets, so that no
/// evaluation needs much stack.
pub const EXPRESSION_DEPTH_MAX: usize = 90;

/// A node of the tree, with its place in the text.
#[derive(Debug)]
pub struct Syntax {
    /// The byte of its first token; of an operator its sign, of a call its bracket.
    pub offset: usize,
    pub kind: SyntaxKind,
}

#[derive(Debug)]
pub enum SyntaxKind {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    Name(String),
    /// `operand.field`
    Member(Box<Syntax>, String),
    /// `operand[index]`
    Index(Box<Syntax>, Box<Syntax>),
    Not(Box<Syntax>),
    Negate(Box<Syntax>),
    Binary(BinaryOperator, Box<[Syntax; 2]>),
    /// `test ? then : otherwise`
    Choice(Box<[Syntax; 3]>),
    List(Vec<Syntax>),
    Map(Vec<[Syntax; 2]>),
    /// `name(arguments)` or `target.name(arguments)`
    Call {
        name: String,
        target: Option<Box<Syntax>>,
        arguments: Vec<Syntax>,
    },
}

/// Parses a text.
///
/// # Errors
/// The text is not an expression by the grammar, or is longer or deeper than the limits.
pub fn parse(text: &str) -> Result<Syntax, BadExpression> {
    if text.len() > EXPRESSION_BYTES_MAX {
        return Err(BadExpression::at(
            text,
            EXPRESSION_BYTES_MAX,
            format!("an expression has at most {EXPRESSION_BYTES_MAX} bytes"),
        ));
    }
    // A literal that is too large for the parser is replaced by one of the same length; its digits are read from `text`.
    let mut parsed_text = text.to_owned();
    loop {
        // An environment without macros, so that `has(x)` and `list.all(…)` come as they are written.
        let parser = cel::Env::default().with_optional_support(false).parser();
        let errors = match parser.parse_with_source_info(&parsed_text) {
            Ok((tree, places)) => return Reader { text, places: &places }.read(tree, 0),
            Err(errors) => errors.errors,
        };
        let too_large = errors.iter().filter(|error| error.msg == "invalid int literal");
        let mut shortened = None;
        for error in too_large {
            let so_far = shortened.as_ref().unwrap_or(&parsed_text);
            shortened = with_small_literal(so_far, place(text, error)).or(shortened);
        }
        match shortened {
            Some(shortened) => parsed_text = shortened,
            None => return Err(explained(text, &errors)),
        }
    }
}

/// The text with the digits at this place replaced by a 1 and spaces; `None` if they are not more than the parser takes.
fn with_small_literal(text: &str, offset: usize) -> Option<String> {
    /// The most digits that always fit the parser's integers.
    const DIGITS_MAX: usize = 18;
    let (before, literal) = text.split_at_checked(offset)?;
    let n_digits = literal.bytes().take_while(u8::is_ascii_digit).count();
    let after = literal.get(n_digits..)?;
    let is_decimal = n_digits > DIGITS_MAX && !after.starts_with(['x', 'u', 'U']);
    is_decimal.then(|| format!("{before}1{}{after}", " ".repeat(n_digits - 1)))
}

/// The byte at which the parser found an error.
fn place(text: &str, error: &ParseError) -> usize {
    let (line, column) = error.pos;
    let (Ok(line), Ok(column)) = (usize::try_from(line), usize::try_from(column)) else { return text.len() };
    let mut start = 0;
    for _ in 1..line {
        let rest = text.get(start..).unwrap_or_default();
        start += rest.find('\n').map_or(rest.len(), |newline| newline + 1);
    }
    let rest = text.get(start..).unwrap_or_default();
    start + rest.char_indices().nth(column.saturating_sub(1)).map_or(rest.len(), |(at, _)| at)
}

/// The first of the parser's errors, in our words.
fn explained(text: &str, errors: &[ParseError]) -> BadExpression {
    if errors.iter().any(|error| error.msg.contains("Recursion limit")) {
        return too_deep(text, 0);
    }
    // An unfinished operator is reported at its first term too; the other error is at the place where it breaks off.
    let is_of_the_tree =
        |error: &&ParseError| error.msg.starts_with("Incomplete") || error.msg.starts_with("No `");
    let first = errors.iter().find(|error| !is_of_the_tree(error)).or_else(|| errors.first());
    let Some(error) = first else { return BadExpression::at(text, 0, "this is not an expression") };
    let offset = place(text, error);
    let rest = text.get(offset..).unwrap_or_default();
    let what = match error.msg.as_str() {
        "invalid int literal" | "invalid uint literal" | "invalid double literal" => too_many_digits(),
        message if message.starts_with("reserved identifier") => {
            "this word is reserved by the language; a field of this name is written state[\"…\"]".to_owned()
        }
        _ if text.trim().is_empty() => "an expression is expected".to_owned(),
        _ => unexpected(text.get(..offset).unwrap_or_default(), rest),
    };
    BadExpression::at(text, offset, what)
}

/// Why the text cannot go on with the rest.
fn unexpected(before: &str, rest: &str) -> String {
    let word: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    match rest.chars().next() {
        None => "the expression ends too early".to_owned(),
        Some('=') => "= does not compare; write ==".to_owned(),
        Some('&') => "write && for and".to_owned(),
        Some('|') => "write || for or".to_owned(),
        Some('\'' | '"') => "this text has no end, or an escape in it is not one".to_owned(),
        Some(_) if ["in", "true", "false", "null"].contains(&&*word) && before.trim_end().ends_with('.') => {
            format!("{word} is a word of the language; write [\"{word}\"] instead of .{word}")
        }
        Some(_) if word == "and" => "write && for and".to_owned(),
        Some(_) if word == "or" => "write || for or".to_owned(),
        Some(_) if word == "not" => "write ! for not".to_owned(),
        Some(_) if !word.is_empty() => format!("{word} is not expected here"),
        Some(c) => format!("{} is not expected here", crate::domain::visible::visible(&c.to_string())),
    }
}

fn too_many_digits() -> String {
    format!("a number has at most {SIGNIFICANT_DIGITS_MAX} significant digits")
}

fn too_deep(text: &str, offset: usize) -> BadExpression {
    let what = format!("an expression can be nested {EXPRESSION_DEPTH_MAX} deep at most");
    BadExpression::at(text, offset, what)
}

/// Reads the parser's tree.
struct Reader<'t> {
    text: &'t str,
    places: &'t SourceInfo,
}

impl Reader<'_> {
    fn bad(&self, offset: usize, what: impl Into<String>) -> BadExpression {
        BadExpression::at(self.text, offset, what)
    }

    fn read(&self, node: IdedExpr, depth: usize) -> Result<Syntax, BadExpression> {
        let (from, to) = self.places.offset_for(node.id).unwrap_or_default();
        let offset = from as usize;
        if depth > EXPRESSION_DEPTH_MAX {
            return Err(too_deep(self.text, offset));
        }
        let kind = match node.expr {
            Expr::Ident(name) if name.starts_with('.') => {
                return Err(self.bad(offset, "a name does not begin with a dot"));
            }
            Expr::Ident(name) => SyntaxKind::Name(name),
            Expr::Literal(literal) => self.literal(&literal, self.source(offset, to as usize + 1), offset)?,
            Expr::Select(select) => {
                SyntaxKind::Member(Box::new(self.read(*select.operand, depth + 1)?), select.field)
            }
            Expr::Call(call) => self.call(call, offset, depth)?,
            Expr::List(list) => SyntaxKind::List(self.read_all(list.elements, depth)?),
            Expr::Map(map) => SyntaxKind::Map(self.entries(map, depth)?),
            Expr::Struct(_) => {
                return Err(self.bad(offset, "a map is written {'key': value}, without a name before it"));
            }
            Expr::Comprehension(_) | Expr::Unspecified => {
                return Err(self.bad(offset, "this is not an expression"));
            }
        };
        Ok(Syntax { offset, kind })
    }

    fn read_all(&self, nodes: Vec<IdedExpr>, depth: usize) -> Result<Vec<Syntax>, BadExpression> {
        nodes.into_iter().map(|node| self.read(node, depth + 1)).collect()
    }

    fn entries(&self, map: MapExpr, depth: usize) -> Result<Vec<[Syntax; 2]>, BadExpression> {
        let entries = map.entries.into_iter().filter_map(|entry| match entry.expr {
            EntryExpr::MapEntry(entry) => Some(entry),
            EntryExpr::StructField(_) => None,
        });
        entries
            .map(|entry| Ok([self.read(entry.key, depth + 1)?, self.read(entry.value, depth + 1)?]))
            .collect()
    }

    /// The text of a literal. The digits of one that was replaced go on after it.
    fn source(&self, from: usize, to: usize) -> &str {
        let after = self.text.get(to..).unwrap_or_default();
        let n_digits = after.bytes().take_while(u8::is_ascii_digit).count();
        self.text.get(from..to + n_digits).unwrap_or_default()
    }

    fn literal(
        &self,
        literal: &LiteralValue,
        source: &str,
        offset: usize,
    ) -> Result<SyntaxKind, BadExpression> {
        let is_negative = match literal {
            LiteralValue::Null => return Ok(SyntaxKind::Null),
            LiteralValue::Boolean(flag) => return Ok(SyntaxKind::Bool(*flag.inner())),
            LiteralValue::String(text) => return Ok(SyntaxKind::Text(text.inner().to_owned())),
            LiteralValue::Bytes(_) => {
                return Err(self.bad(offset, "there are no bytes here; write a text without the b"));
            }
            LiteralValue::Int(number) => *number.inner() < 0,
            LiteralValue::Double(number) => number.inner().is_sign_negative(),
            LiteralValue::UInt(_) => false,
        };
        let number = Number::parse_literal(source.trim_end_matches(['u', 'U']));
        let number = number.ok_or_else(|| self.bad(offset, too_many_digits()))?;
        Ok(SyntaxKind::Number(if is_negative { number.negated() } else { number }))
    }

    fn call(&self, call: CallExpr, offset: usize, depth: usize) -> Result<SyntaxKind, BadExpression> {
        let target = call.target.map(|target| self.read(*target, depth + 1)).transpose()?.map(Box::new);
        let arguments = self.read_all(call.args, depth)?;
        let is_operator = target.is_none() && !call.func_name.starts_with(|c: char| c.is_alphabetic());
        let name = call.func_name;
        if !is_operator {
            return Ok(SyntaxKind::Call { name, target, arguments });
        }
        let arguments = match <[Syntax; 1]>::try_from(arguments) {
            Ok([operand]) if name == operators::LOGICAL_NOT => return Ok(SyntaxKind::Not(Box::new(operand))),
            Ok([operand]) if name == operators::NEGATE => return Ok(SyntaxKind::Negate(Box::new(operand))),
            Ok([operand]) => vec![operand],
            Err(arguments) => arguments,
        };
        let arguments = match <[Syntax; 3]>::try_from(arguments) {
            Ok(parts) if name == operators::CONDITIONAL => return Ok(SyntaxKind::Choice(Box::new(parts))),
            Ok(parts) => Vec::from(parts),
            Err(arguments) => arguments,
        };
        match <[Syntax; 2]>::try_from(arguments) {
            Ok([operand, index]) if name == operators::INDEX => {
                Ok(SyntaxKind::Index(Box::new(operand), Box::new(index)))
            }
            Ok(operands) => {
                let operator = self.operator(&name, offset)?;
                Ok(SyntaxKind::Binary(operator, Box::new(operands)))
            }
            Err(arguments) => Ok(SyntaxKind::Call { name, target: None, arguments }),
        }
    }

    fn operator(&self, name: &str, offset: usize) -> Result<BinaryOperator, BadExpression> {
        Ok(match name {
            operators::LOGICAL_AND => BinaryOperator::And,
            operators::LOGICAL_OR => BinaryOperator::Or,
            operators::ADD => BinaryOperator::Add,
            operators::SUBSTRACT => BinaryOperator::Subtract,
            operators::MULTIPLY => BinaryOperator::Multiply,
            operators::MODULO => BinaryOperator::Modulo,
            operators::EQUALS => BinaryOperator::Equal,
            operators::NOT_EQUALS => BinaryOperator::NotEqual,
            operators::LESS => BinaryOperator::Less,
            operators::LESS_EQUALS => BinaryOperator::LessOrEqual,
            operators::GREATER => BinaryOperator::Greater,
            operators::GREATER_EQUALS => BinaryOperator::GreaterOrEqual,
            operators::IN => BinaryOperator::In,
            operators::DIVIDE => {
                let what = "/ does not say how many decimals the result has; write div(a, b, places), \
                            for example div(total, 3, 2)";
                return Err(self.bad(offset, what));
            }
            _ => return Err(self.bad(offset, "this is not an operator")),
        })
    }
}
