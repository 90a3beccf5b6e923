//! Values, markers and many rows at once.

use db::{
    Constraint::{Check, ForeignKey, NotNull, Unique},
    Error, Row, Value,
};
use jiff::Timestamp;
use uuid::Uuid;

use crate::{Failure, kept, numbers, proof};

const INSERT: &str = "INSERT INTO proof (n, word) VALUES ($1, $2)";

#[tokio::test]
async fn markers_are_bound_by_number_whatever_their_order() {
    let (store, scope) = proof().await;
    let written = store.write(&scope, |tx| {
        tx.execute("INSERT INTO proof (word, n) VALUES ($2, $1)", &[1_i64.into(), "one".into()])?;
        let sql = "SELECT CAST($3 AS BIGINT), n, $2 || word || $2 FROM proof \
                   WHERE word = $1 AND n = $3";
        let row = tx.first(sql, &["one".into(), "-".into(), 1_i64.into()])?.unwrap();
        Ok::<_, Error>((row.get::<i64>(0)?, row.get::<i64>(1)?, row.get::<String>(2)?))
    });
    assert_eq!(written.await.unwrap(), (1, 1, "-one-".to_owned()));
}

#[tokio::test]
async fn every_kind_of_value_comes_back() {
    let (store, scope) = proof().await;
    let at = "2026-11-22T01:02:03.456789Z".parse::<Timestamp>().unwrap();
    let id = Uuid::from_u128(0x0189_0a5d_ac96_774b_bcce_b302_099a_8057);
    let row = store.write(&scope, move |tx| {
        let types = match tx.dialect() {
            db::Dialect::Sqlite => {
                "a INTEGER, b INTEGER, c REAL, d TEXT, e BLOB, f BLOB, g INTEGER, h TEXT, i TEXT"
            }
            db::Dialect::Postgres => {
                "a BOOLEAN, b BIGINT, c FLOAT8, d TEXT, e BYTEA, f UUID, g TIMESTAMPTZ, h JSONB, \
                 i TEXT"
            }
        };
        tx.execute(&format!("CREATE TABLE kinds ({types})"), &[])?;
        tx.execute(
            "INSERT INTO kinds VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            &[
                true.into(),
                i64::MIN.into(),
                0.25.into(),
                "l’été — 😀".into(),
                (&[0, 159, 255]).into(),
                id.into(),
                at.into(),
                Value::Json("{\"a\": 1}".into()),
                Value::Null,
            ],
        )?;
        tx.first("SELECT a, b, c, d, e, f, g, h, i FROM kinds", &[])
    });
    let row: Row = row.await.unwrap().unwrap();
    assert!(row.get::<bool>(0).unwrap());
    assert_eq!(row.get::<i64>(1).unwrap(), i64::MIN);
    assert!((row.get::<f64>(2).unwrap() - 0.25).abs() < f64::EPSILON);
    assert_eq!(row.get::<String>(3).unwrap(), "l’été — 😀");
    assert_eq!(row.get::<Vec<u8>>(4).unwrap(), [0, 159, 255]);
    assert_eq!(row.get::<Uuid>(5).unwrap(), id);
    assert_eq!(row.get::<Timestamp>(6).unwrap(), at);
    assert_eq!(row.get::<serde_json::Value>(7).unwrap(), serde_json::json!({"a": 1}));
    assert_eq!(row.get::<Option<String>>(8).unwrap(), None);
    assert!(matches!(row.get::<i64>(3), Err(Error::Inconsistent { column: 3, .. })));
    assert!(matches!(row.get::<i64>(99), Err(Error::Inconsistent { column: 99, .. })));
}

#[tokio::test]
async fn counts_and_sums_are_integers() {
    let (store, scope) = proof().await;
    let sum = store.write(&scope, |tx| {
        let rows: Vec<_> = (1..=4).map(|n| vec![Value::Int(n), Value::Null]).collect();
        tx.execute_many(INSERT, &rows)?;
        let row = tx.first("SELECT COUNT(*), SUM(n), MAX(n) FROM proof", &[])?.unwrap();
        Ok::<_, Error>([row.get::<i64>(0)?, row.get(1)?, row.get(2)?])
    });
    assert_eq!(sum.await.unwrap(), [4, 10, 4]);
}

#[tokio::test]
async fn case_is_folded_alike_for_accents() {
    let (store, scope) = proof().await;
    let folded = store.read(&scope, |tx| {
        let row = tx.first("SELECT fold($1)", &["ÉQUIPE Ça Ω".into()])?;
        row.unwrap().get::<String>(0)
    });
    assert_eq!(folded.await.unwrap(), "équipe ça ω");
}

#[tokio::test]
async fn many_rows_are_written_at_once_in_order() {
    let (store, scope) = proof().await;
    let written = store.write(&scope, |tx| {
        let rows: Vec<_> = (0..1_000).map(|n: i64| vec![n.into(), n.to_string().into()]).collect();
        tx.execute_many(INSERT, &rows)
    });
    assert_eq!(written.await.unwrap(), 1_000);
    assert_eq!(kept(&store, &scope).await, (0..1_000).collect::<Vec<_>>());
}

#[tokio::test]
async fn of_many_rows_the_first_failure_is_told_and_nothing_stays() {
    let (store, scope) = proof().await;
    let written = store.write(&scope, |tx| {
        let rows: Vec<_> =
            [1_i64, 2, 2, 3].iter().map(|n| vec![Value::Int(*n), Value::Null]).collect();
        let many = tx.attempt(|tx| tx.execute_many(INSERT, &rows));
        match many {
            Err(error) if error.is_unique() => Ok(numbers(tx)?),
            _ => Err(Failure::Own("the key was taken twice")),
        }
    });
    assert_eq!(written.await.unwrap(), [0_i64; 0]);
}

#[tokio::test]
async fn broken_constraints_are_told_apart() {
    let (store, scope) = proof().await;
    let kinds = store.write(&scope, |tx| {
        let parts = "id BIGINT PRIMARY KEY, must BIGINT NOT NULL CHECK (must > 0), \
                     parent BIGINT REFERENCES kin (id)";
        tx.execute(&format!("CREATE TABLE kin ({parts})"), &[])?;
        let mut kinds = Vec::new();
        for row in ["1, 1, NULL", "1, 1, NULL", "2, NULL, NULL", "3, 0, NULL", "4, 1, 9"] {
            let sql = format!("INSERT INTO kin VALUES ({row})");
            match tx.attempt(|tx| tx.execute(&sql, &[])) {
                Err(Error::Constraint { kind, .. }) => kinds.push(Some(kind)),
                Ok(1) => kinds.push(None),
                other => panic!("{row}: {other:?}"),
            }
        }
        Ok::<_, Error>(kinds)
    });
    let expected = [None, Some(Unique), Some(NotNull), Some(Check), Some(ForeignKey)];
    assert_eq!(kinds.await.unwrap(), expected);
}

#[tokio::test]
async fn a_marker_without_a_parameter_is_an_error() {
    let (store, scope) = proof().await;
    let read = store.read(&scope, |tx| tx.all("SELECT n FROM proof WHERE n = $2", &[1_i64.into()]));
    assert!(matches!(read.await, Err(Error::Statement { .. })));
}
