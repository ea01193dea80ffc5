//! What the tests share: statements in one line, and a database that is gone afterwards.

use std::{any::Any, sync::Arc};

use orm_core::{Access, Db, Executor, Reader, Result, Sink, Sql, Statement, Value};

/// Collects rows by a closure.
struct Rows<T, F> {
    rows: Vec<T>,
    read: F,
}

impl<T: Send + 'static, F: FnMut(&mut Reader<'_>) -> Result<T> + Send + 'static> Sink for Rows<T, F> {
    fn row(&mut self, reader: &mut Reader<'_>) -> Result<()> {
        let row = (self.read)(reader)?;
        self.rows.push(row);
        Ok(())
    }

    fn clear(&mut self) {
        self.rows.clear();
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any + Send> {
        self
    }
}

pub(crate) async fn run(on: &impl Executor, sql: &str, params: Vec<Value>) -> Result<u64> {
    on.handle().execute(Statement::new(Arc::new(Sql::new(sql, Access::Write)), params)).await
}

pub(crate) async fn run_by_key(on: &impl Executor, sql: &str, params: Vec<Value>) -> Result<u64> {
    on.handle().execute(Statement::new(Arc::new(Sql::new(sql, Access::WriteByKey)), params)).await
}

pub(crate) async fn read<T, F>(
    on: &impl Executor,
    sql: &Arc<Sql>,
    params: Vec<Value>,
    read: F,
) -> Result<Vec<T>>
where
    T: Send + 'static,
    F: FnMut(&mut Reader<'_>) -> Result<T> + Send + 'static,
{
    let sink = Box::new(Rows { rows: Vec::new(), read });
    let sink = on.handle().fetch(Statement::new(Arc::clone(sql), params), sink).await?;
    Ok(sink.into_any().downcast::<Rows<T, F>>().map(|rows| rows.rows).ok().unwrap())
}

pub(crate) fn reading(sql: &str) -> Arc<Sql> {
    Arc::new(Sql::new(sql, Access::Read))
}

pub(crate) async fn integers(on: &impl Executor, sql: &str) -> Result<Vec<i64>> {
    read(on, &reading(sql), vec![], |reader| Ok(reader.i64()?.unwrap_or_default())).await
}

pub(crate) async fn batch(db: &Db, sql: &str) {
    db.connection().await.unwrap().batch(sql).await.unwrap();
}
