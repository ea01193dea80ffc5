//! From the tree to sea-query's expressions.

use std::collections::BTreeMap;

use orm_schema::{NullsOrder, SortOrder, ValueType, naming::fit};
use sea_query::{
    Alias, BinOper, CaseStatement, CommonTableExpression, Expr, ExprTrait, IntoTableRef, NullOrdering, Order,
    SelectStatement,
};

use super::{
    cache::{Rendered, Slot},
    function::{self, Over},
    select,
    shape::Param,
    spelling::{BuildStatement, KeyParam, Spelling, unsupported},
};
use crate::{
    dialect::Dialect,
    error::{Error, Result},
    expr::{Assign, BinaryOp, Column, Function, Nesting, Node, OrderBy, OutputColumn, Subquery},
    facts::{ColumnFacts, TableFacts},
    query::Plan,
    statement::{Access, Sql},
    value::Value,
};

/// Renders one statement.
pub(super) struct Renderer {
    pub dialect: Dialect,
    pub spelling: &'static dyn Spelling,
    /// The place of a value among those of the shape, by the value's address.
    places: BTreeMap<usize, usize>,
    slots: Vec<Slot>,
    /// The sources in scope and what they are called.
    pub(super) scope: Vec<(u32, String)>,
    /// Whether columns are rendered in their own types, whatever they are read in.
    own_types: bool,
    pub(super) common_names: Vec<(u32, String)>,
    pub(super) commons: Vec<CommonTableExpression>,
    /// The number of the first of them.
    pub(super) first_common: usize,
    /// The tables that are read, as they are called in the database.
    pub(super) tables: Vec<&'static str>,
    /// What stands behind all.
    pub(super) suffix: String,
    in_having: bool,
}

impl Renderer {
    pub(super) fn new(dialect: Dialect, params: &[Param<'_>]) -> Self {
        let places = params.iter().enumerate().map(|(place, param)| (param.address(), place)).collect();
        Self {
            dialect,
            spelling: dialect.spelling(),
            places,
            slots: Vec::new(),
            scope: Vec::new(),
            own_types: false,
            common_names: Vec::new(),
            commons: Vec::new(),
            first_common: 0,
            tables: Vec::new(),
            suffix: String::new(),
            in_having: false,
        }
    }

    /// The text, with the values that its parameters take.
    pub(super) fn finish(self, statement: &dyn BuildStatement, access: Access) -> Result<Rendered> {
        self.finish_returning(statement, access, &[])
    }

    /// The same for a statement that returns columns. Not by sea-query, which leaves RETURNING out for MariaDB.
    pub(super) fn finish_returning(
        self,
        statement: &dyn BuildStatement,
        access: Access,
        columns: &[String],
    ) -> Result<Rendered> {
        let (mut text, values) = self.spelling.build(statement);
        text.push_str(&self.suffix);
        let slots = values.0.iter().map(|value| self.slot(value)).collect::<Result<Vec<_>>>()?;
        let (mut text, slots) = self.spelling.share_params(text, slots);
        if !columns.is_empty() {
            text.push_str(" RETURNING ");
            text.push_str(&columns.join(", "));
        }
        Ok(Rendered { sql: std::sync::Arc::new(Sql::new(text, access)), slots })
    }

    /// Every value given to sea-query is the number of a slot.
    fn slot(&self, value: &sea_query::Value) -> Result<Slot> {
        let number = match value {
            sea_query::Value::BigInt(Some(number)) => usize::try_from(*number).ok(),
            sea_query::Value::BigUnsigned(Some(number)) => usize::try_from(*number).ok(),
            _ => None,
        };
        number.and_then(|number| self.slots.get(number)).copied().ok_or_else(lost)
    }

    /// A placeholder for a value of the shape.
    fn placeholder(&mut self, address: usize, part: Option<KeyParam>) -> Result<Expr> {
        Ok(Expr::Value(sea_query::Value::BigUnsigned(Some(self.number(address, part)?))))
    }

    fn number(&mut self, address: usize, part: Option<KeyParam>) -> Result<u64> {
        let param = *self.places.get(&address).ok_or_else(lost)?;
        self.slots.push(Slot { param, part });
        u64::try_from(self.slots.len() - 1).map_err(|_| lost())
    }

    /// The number of a slot, where sea-query wants a number: in LIMIT and OFFSET.
    pub(super) fn value_number(&mut self, value: &Value) -> Result<u64> {
        self.number(std::ptr::from_ref(value).addr(), None)
    }

    pub(super) fn param(&mut self, value: &Value) -> Result<Expr> {
        let placeholder = self.placeholder(std::ptr::from_ref(value).addr(), None)?;
        Ok(match value.value_type() {
            Some(value_type) => self.spelling.param(value_type, placeholder),
            None => placeholder,
        })
    }

    /// Brings a source into scope and says what it is called: its table, or that with a number when the name is
    /// taken.
    pub(super) fn open(&mut self, id: u32, table: &TableFacts) -> String {
        let taken = |name: &str| self.scope.iter().any(|(_, other)| other == name);
        let mut name = table.name.to_owned();
        let mut number = 2;
        while taken(&name) {
            name = fit(&format!("{}_{number}", table.name));
            number += 1;
        }
        self.scope.push((id, name.clone()));
        name
    }

    pub(super) fn close(&mut self, before: usize) {
        self.scope.truncate(before);
    }

    /// Renders in a scope of its own.
    pub(super) fn nested<T>(&mut self, render: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let before = self.scope.len();
        let rendered = render(self);
        self.close(before);
        rendered
    }

    /// A column in the type that it is read in.
    fn read(&self, facts: &ColumnFacts, own: Expr) -> Expr {
        match self.spelling.read_as(facts) {
            Some(read_as) if !self.own_types => self.cast(own, &read_as),
            Some(_) | None => own,
        }
    }

    /// A column of the rows of a query: they are numbered.
    pub(super) fn output(&self, column: OutputColumn) -> Result<Expr> {
        let (_, name) = self.scope.iter().rev().find(|(id, _)| *id == column.source).ok_or_else(lost)?;
        Ok(Expr::col((Alias::new(name), Alias::new(format!("c{}", column.place)))))
    }

    fn nested_query(&mut self, nesting: Nesting, plan: &Plan) -> Result<Expr> {
        let quantifies = matches!(nesting, Nesting::Any | Nesting::All);
        if quantifies && !self.dialect.capabilities().quantified {
            return unsupported(self.dialect, "has no comparison with ANY or ALL: use `exists`");
        }
        let select = select::inside(self, plan)?;
        Ok(match nesting {
            Nesting::Exists => Expr::exists(select),
            Nesting::Value => Expr::SubQuery(None, Box::new(select.into())),
            Nesting::Any => Expr::any(select),
            Nesting::All => Expr::all(select),
        })
    }

    /// A column in its own type: of a row, or of the one that would have been inserted. `None` for all other nodes.
    fn own(&self, node: &Node) -> Result<Option<(&'static ColumnFacts, Expr)>> {
        Ok(match node {
            Node::Column(column) => Some((column.facts, self.own_column(*column)?)),
            Node::Excluded(facts) => Some((facts, self.spelling.excluded(facts.name))),
            _ => None,
        })
    }

    /// A column of a source in its own type.
    pub(super) fn own_column(&self, column: Column) -> Result<Expr> {
        let (_, table) = self.scope.iter().rev().find(|(id, _)| *id == column.source).ok_or_else(lost)?;
        Ok(Expr::col((Alias::new(table), Alias::new(column.facts.name))))
    }

    /// Renders with every column in its own type: nothing of it is read.
    pub(super) fn in_own_types<T>(&mut self, render: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let before = std::mem::replace(&mut self.own_types, true);
        let rendered = render(self);
        self.own_types = before;
        rendered
    }

    fn cast(&self, value: Expr, to: &str) -> Expr {
        self.spelling.template(&format!("CAST(? AS {to})"), vec![value])
    }

    /// A value on its way into a column.
    pub(super) fn stored(&mut self, column: &ColumnFacts, value: &Value) -> Result<Expr> {
        let value = self.param(value)?;
        Ok(self.as_written(column, value))
    }

    /// A column as the values are that are given for it: what the server converts when it writes them, it need not in a UNION.
    pub(super) fn typed_as_given(&self, column: &ColumnFacts) -> Expr {
        let own = Expr::col(Alias::new(column.name));
        match (column.native, self.spelling.write_as(column)) {
            (Some(_), None) => match self.spelling.literal_type(column.fact.value) {
                Some(given) => self.cast(own, &given),
                None => own,
            },
            _ => own,
        }
    }

    fn as_written(&self, column: &ColumnFacts, value: Expr) -> Expr {
        match self.spelling.write_as(column) {
            Some(own) => self.cast(value, own),
            None => value,
        }
    }

    pub(super) fn nodes(&mut self, nodes: &[Node]) -> Result<Vec<Expr>> {
        nodes.iter().map(|node| self.node(node)).collect()
    }

    pub(super) fn node(&mut self, node: &Node) -> Result<Expr> {
        match node {
            Node::Column(column) => Ok(self.read(column.facts, self.own_column(*column)?)),
            Node::Output(column) => self.output(*column),
            Node::Nested(nesting, plan) => self.nested_query(*nesting, plan),
            Node::InNested(value, plan) => {
                let value = self.node(value)?;
                let select = select::inside(self, plan)?;
                Ok(value.in_subquery(select))
            }
            Node::Param(value) => self.param(value),
            Node::Literal(value) => {
                let placeholder = self.placeholder(std::ptr::from_ref(value).addr(), None)?;
                Ok(match value.value_type() {
                    Some(value_type) => self.spelling.literal(value_type, placeholder),
                    None => placeholder,
                })
            }
            Node::Bool(value) => Ok(self.spelling.bool(*value)),
            Node::Binary(op, left, right) => self.binary(*op, left, right),
            Node::Not(inner) => Ok(self.node(inner)?.not()),
            Node::IsNull(inner) => Ok(self.node(inner)?.is_null()),
            Node::IsNotNull(inner) => Ok(self.node(inner)?.is_not_null()),
            Node::OrFalse(inner) => {
                let inner = self.node(inner)?;
                Ok(self.spelling.template("((?) IS TRUE)", vec![inner]))
            }
            Node::Call(function, of, arguments) => self.call(*function, *of, arguments, &Over::default()),
            Node::StringAgg { text, between, orders } => self.string_agg(text, between, orders),
            Node::Case { branches, otherwise } => self.case(branches, otherwise.as_deref()),
            Node::Shared(node) => {
                let key = self.node(node)?;
                let is_unknown = self.in_having && !self.dialect.capabilities().computed_keys_in_having;
                // All values of a group are the same.
                Ok(if is_unknown { self.spelling.template("min(?)", vec![key]) } else { key })
            }
            Node::Raw { text, arguments, .. } => {
                let arguments = self.nodes(arguments)?.into_iter().map(|argument| self.enclosed(argument));
                let arguments = arguments.collect();
                Ok(self.spelling.template(&format!("({text})"), arguments))
            }
            Node::Over(call, window) => match &**call {
                Node::Call(function, of, arguments) => {
                    let over = self.over(&window.partition, &window.orders, window.frame)?;
                    self.call(*function, *of, arguments, &over)
                }
                _ => Err(lost()),
            },
            Node::InKeys(columns, keys) => self.in_keys(columns, keys),
            Node::Exists(subquery) => {
                let select = self.subquery(subquery)?;
                Ok(Expr::exists(select))
            }
            Node::Scalar(subquery) => {
                let select = self.subquery(subquery)?;
                Ok(Expr::SubQuery(None, Box::new(select.into())))
            }
            Node::Excluded(facts) => Ok(self.read(facts, self.spelling.excluded(facts.name))),
            Node::Invalid(why) => Err(Error::invalid_query(*why)),
        }
    }

    /// What an assignment writes: a given value as it is, for it has the type of the field; a computed one may be
    /// too large for it.
    pub(super) fn assigned(&mut self, assign: &Assign) -> Result<Expr> {
        if let Node::Excluded(new) = &assign.value
            && new.native == assign.column.facts.native
        {
            return Ok(self.spelling.excluded(new.name));
        }
        let value = self.node(&assign.value)?;
        let value = match &assign.value {
            Node::Binary(..) | Node::Call(..) => {
                self.spelling.assigned(assign.column.facts.fact.value, value)
            }
            _ => value,
        };
        Ok(self.as_written(assign.column.facts, value))
    }

    fn binary(&mut self, op: BinaryOp, left: &Node, right: &Node) -> Result<Expr> {
        if matches!(op, BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge)
            && let Some(value_type) = left.value_type().or_else(|| right.value_type())
        {
            self.spelling.check_order(value_type)?;
        }
        let value_type = left.value_type().or_else(|| right.value_type());
        let (left, right) = self.operands(op, left, right)?;
        Ok(match op {
            BinaryOp::Div => self.spelling.divide(value_type, left, right),
            op => left.binary(operator(op), right),
        })
    }

    /// Both sides of an operator. A column is compared in its own type, where the other side can have it, too: its indexes
    /// and its order are those of that type.
    fn operands(&mut self, op: BinaryOp, left: &Node, right: &Node) -> Result<(Expr, Expr)> {
        match (left, right) {
            (Node::Column(column), Node::Param(value)) if op.compares() => {
                Ok((self.own_column(*column)?, self.stored(column.facts, value)?))
            }
            (Node::Param(value), Node::Column(column)) if op.compares() => {
                Ok((self.stored(column.facts, value)?, self.own_column(*column)?))
            }
            _ => match (self.own(left)?, self.own(right)?) {
                (Some((one, left)), Some((other, right))) if one.native == other.native => Ok((left, right)),
                _ => Ok((self.node(left)?, self.node(right)?)),
            },
        }
    }

    pub(super) fn call(
        &mut self,
        function: Function,
        of: ValueType,
        arguments: &[Node],
        over: &Over,
    ) -> Result<Expr> {
        if function.compares() {
            self.spelling.check_order(of)?;
        }
        // The smallest of its own type, and only then as what it is read.
        if let (Function::Min | Function::Max, [Node::Column(column)]) = (function, arguments)
            && let Some(read_as) = self.spelling.read_as(column.facts)
        {
            let own = self.own_column(*column)?;
            let of = function::fill(self.spelling, self.spelling.function(function, of)?, &[own], over);
            return Ok(self.cast(of, &read_as));
        }
        if let (Function::Min | Function::Max, [Node::Case { branches, otherwise: None }]) =
            (function, arguments)
            && let [(_, Node::Column(column))] = branches.as_slice()
            && let Some(read_as) = self.spelling.read_as(column.facts)
        {
            let part = self.in_own_types(|renderer| renderer.case(branches, None))?;
            let of = function::fill(self.spelling, self.spelling.function(function, of)?, &[part], over);
            return Ok(self.cast(of, &read_as));
        }
        let arguments = self.nodes(arguments)?;
        Ok(function::fill(self.spelling, self.spelling.function(function, of)?, &arguments, over))
    }

    fn in_keys(&mut self, columns: &[Node], keys: &[Vec<Value>]) -> Result<Expr> {
        let types = key_types(keys);
        let places = self.spelling.key_places(keys.len(), &types);
        let facts: Vec<_> = columns.iter().map(Node::column_facts).collect();
        let columns = self.in_own_types(|renderer| renderer.nodes(columns))?;
        let spelling = self.spelling;
        let address = keys.as_ptr().addr();
        let mut failed = None;
        let expr = self.spelling.in_keys(columns, &types, places, &mut |part| {
            let placeholder = self.placeholder(address, Some(part)).unwrap_or_else(|error| {
                failed = Some(error);
                Expr::Constant(false.into())
            });
            let own = match part {
                KeyParam::Column(at) => facts.get(at).copied().flatten(),
                KeyParam::All | KeyParam::Cell { .. } => None,
            };
            match own.and_then(|facts| spelling.write_as(facts)) {
                Some(own) => spelling.template(&format!("CAST(? AS {own}[])"), vec![placeholder]),
                None => placeholder,
            }
        });
        failed.map_or(Ok(expr), Err)
    }

    pub(super) fn subquery(&mut self, subquery: &Subquery) -> Result<SelectStatement> {
        let mut select = SelectStatement::new();
        let before = self.from(&mut select, &subquery.sources)?;
        for filter in &subquery.filters {
            select.and_where(self.node(filter)?);
        }
        select.expr(self.node(&subquery.pick)?);
        self.close(before);
        Ok(select)
    }

    /// A condition on groups.
    pub(super) fn having(&mut self, condition: &Node) -> Result<Expr> {
        self.in_having = true;
        let rendered = self.node(condition);
        self.in_having = false;
        rendered
    }

    /// As one operand, whatever stands beside it.
    fn enclosed(&self, expr: Expr) -> Expr {
        match expr {
            Expr::Binary(..) | Expr::Unary(..) => self.spelling.template("(?)", vec![expr]),
            other => other,
        }
    }

    fn case(&mut self, branches: &[(Node, Node)], otherwise: Option<&Node>) -> Result<Expr> {
        let mut case = CaseStatement::new();
        for (condition, value) in branches {
            case = case.case(self.node(condition)?, self.node(value)?);
        }
        if let Some(otherwise) = otherwise {
            case = case.finally(self.node(otherwise)?);
        }
        Ok(case.into())
    }

    /// What is ordered by: a column in its own type where it may, so that the order is that of the type.
    pub(super) fn ordered(&mut self, order: &OrderBy, in_own_type: bool) -> Result<Expr> {
        if let Some(value_type) = order.node.value_type() {
            self.spelling.check_order(value_type)?;
        }
        match &order.node {
            Node::Column(column) if in_own_type => self.own_column(*column),
            node => self.node(node),
        }
    }

    pub(super) fn orders(
        &mut self,
        select: &mut SelectStatement,
        orders: &[OrderBy],
        in_own_type: bool,
    ) -> Result<()> {
        for order in orders {
            let expr = self.ordered(order, in_own_type)?;
            let direction = match order.direction {
                SortOrder::Asc => Order::Asc,
                SortOrder::Desc => Order::Desc,
            };
            match order.nulls {
                None => select.order_by_expr(expr, direction),
                Some(NullsOrder::First) => {
                    select.order_by_expr_with_nulls(expr, direction, NullOrdering::First)
                }
                Some(NullsOrder::Last) => {
                    select.order_by_expr_with_nulls(expr, direction, NullOrdering::Last)
                }
            };
        }
        Ok(())
    }
}

/// A column behind RETURNING, in the type that it is read in.
pub(super) fn returned(dialect: Dialect, facts: &ColumnFacts, quoted: String) -> String {
    match dialect.spelling().read_as(facts) {
        Some(read_as) => format!("CAST({quoted} AS {read_as})"),
        None => quoted,
    }
}

/// The types of a key, from the first one.
pub(super) fn key_types(keys: &[Vec<Value>]) -> Vec<orm_schema::ValueType> {
    keys.first().into_iter().flatten().filter_map(Value::value_type).collect()
}

/// The values of a shape in the order of the parameters of its text.
pub(super) fn bind(dialect: Dialect, rendered: &Rendered, params: &[Param<'_>]) -> Result<Vec<Value>> {
    let mut values = Vec::with_capacity(rendered.slots.len());
    for slot in &rendered.slots {
        values.push(match (params.get(slot.param), slot.part) {
            (Some(Param::Value(value)), None) => (*value).clone(),
            (Some(Param::Keys(keys)), Some(part)) => {
                dialect.spelling().key_param(keys, &key_types(keys), part)?
            }
            _ => return Err(lost()),
        });
    }
    Ok(values)
}

/// The same, unless they are the first `given` values of the shape as they are: then these will do, uncopied.
pub(super) fn reordered(
    dialect: Dialect,
    rendered: &Rendered,
    params: &[Param<'_>],
    given: usize,
) -> Result<Option<Vec<Value>>> {
    if rendered.takes_in_order(given) {
        return Ok(None);
    }
    bind(dialect, rendered, params).map(Some)
}

/// The table under the name that the scope gave it.
pub(super) fn table_ref(table: &TableFacts, name: &str) -> sea_query::TableRef {
    let plain = match table.namespace {
        None => Alias::new(table.name).into_table_ref(),
        Some(namespace) => (Alias::new(namespace), Alias::new(table.name)).into_table_ref(),
    };
    if name == table.name { plain } else { plain.alias(Alias::new(name)) }
}

fn operator(op: BinaryOp) -> BinOper {
    match op {
        BinaryOp::And => BinOper::And,
        BinaryOp::Or => BinOper::Or,
        BinaryOp::Eq => BinOper::Equal,
        BinaryOp::Ne => BinOper::NotEqual,
        BinaryOp::Lt => BinOper::SmallerThan,
        BinaryOp::Le => BinOper::SmallerThanOrEqual,
        BinaryOp::Gt => BinOper::GreaterThan,
        BinaryOp::Ge => BinOper::GreaterThanOrEqual,
        BinaryOp::Add => BinOper::Add,
        BinaryOp::Sub => BinOper::Sub,
        BinaryOp::Mul => BinOper::Mul,
        BinaryOp::Div => BinOper::Div,
        BinaryOp::Rem => BinOper::Mod,
        BinaryOp::Like => BinOper::Like,
    }
}

#[cold]
pub(super) fn lost() -> Error {
    Error::invalid_query("the query was rendered from another plan than its shape")
}
