//! What a statement brings back, on its way to whoever takes the rows.

use futures_util::{Stream, TryStreamExt};
use sqlx::Either;

use super::Failure;
use crate::{
    reader::{Reader, Row},
    statement::{Access, Sink, Statement},
};

/// Hands each row to the sink; gives how many rows the statement wrote and how many it read.
pub(crate) async fn read_all<Done, R>(
    mut results: impl Stream<Item = sqlx::Result<Either<Done, R>>> + Unpin + Send,
    statement: &Statement,
    sink: &mut dyn Sink,
    affected_by: fn(&Done) -> u64,
    as_row: fn(&R) -> Row<'_>,
) -> Result<(u64, u64), Failure> {
    let (mut affected, mut rows, mut refused) = (0, 0, None);
    while let Some(result) = results.try_next().await? {
        match result {
            Either::Left(done) => affected += affected_by(&done),
            // The rest of the rows is read all the same, so that the connection is ready for the next statement.
            Either::Right(_) if refused.is_some() => {}
            Either::Right(row) => {
                rows += 1;
                refused = sink.row(&mut Reader::new(as_row(&row))).err();
                if let Some(outlet) = sink.outlet().filter(|_| refused.is_none()) {
                    refused = outlet.flush().await.err();
                }
            }
        }
    }
    match refused {
        Some(error) => Err(Failure::Ours(error)),
        None if statement.sql.access() == Access::Read => Ok((0, rows)),
        None => Ok((affected, rows)),
    }
}
