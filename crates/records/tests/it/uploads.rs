//! Files that are not whole yet: named blocks, other nodes, what is abandoned.

use std::time::Duration;

use kernel::Scope;
use liaison_records as records;
use records::{Condition, Delete, Error, FileName, Operation, Reference, Session};
use tables::{
    ColumnKind, Labels,
    define::{Change, NewColumn},
};
use uuid::Uuid;

use crate::house::{House, account, at, create};

const COLUMN: &str = "new_contract";

fn file() -> FileName {
    FileName { name: "a.pdf".to_owned(), kind: "application/pdf".to_owned() }
}

async fn open() -> (House, Scope, Session, Reference) {
    let house = House::new().await;
    house.sales().await;
    let admin = house.admin().await;
    let session = house.records.session(&admin, "sales").await.unwrap();
    let kind = ColumnKind::File { max_kb: 4096 };
    let column = NewColumn::new("new_Contract", kind, Labels::english("Contract"));
    let change = Change::AddColumn { table: "account".to_owned(), column };
    session.define(vec![change]).await.unwrap();
    let session = house.records.session(&admin, "sales").await.unwrap();
    let row = at("account", create(&session, account("A")).await);
    (house, admin, session, row)
}

/// Rows of the side tables of files: files, chunks.
async fn kept(house: &House, session: &Session) -> (i64, i64) {
    let root = house.system.scope(house.tenant.id, "test");
    let mut counts = Vec::new();
    for side in ["files", "chunks"] {
        let sql = format!("SELECT COUNT(*) FROM s{}_{side}", session.number());
        let count =
            move |tx: &db::Tx<'_>| -> db::Result<i64> { tx.first(&sql, &[])?.unwrap().get(0) };
        counts.push(house.store.read(&root, count).await.unwrap());
    }
    (counts[0], counts[1])
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[tokio::test]
async fn blocks_come_in_any_order_through_any_node_and_are_put_together() {
    let (house, admin, session, row) = open().await;
    let bytes: Vec<u8> = (0..2_500_000_u32).map(|at| u8::try_from(at % 251).unwrap()).collect();
    let token = session.begin_upload(&row, COLUMN, file(), None).await.unwrap();
    // another node, or this one after a restart, knows the file
    let other = house.again().session(&admin, "sales").await.unwrap();
    let under_way = other.under_way(token).await.unwrap().unwrap();
    assert_eq!((&under_way.row, under_way.column.as_str()), (&row, COLUMN));
    let (first, second) = (&bytes[..1_200_000], &bytes[1_200_000..]);
    let (a, b) =
        tokio::join!(session.add_block(token, "b", second), other.add_block(token, "a", b"x"));
    a.unwrap();
    b.unwrap();
    other.add_block(token, "a", first).await.unwrap();
    let none = session.commit_blocks(token, &names(&["a", "c"]), file()).await.unwrap_err();
    assert!(matches!(&none, Error::Refused { message, .. } if message.contains("'c'")), "{none}");
    assert!(session.download(&row, COLUMN, 0, 10).await.unwrap().is_none());
    let size = other.commit_blocks(token, &names(&["a", "b"]), file()).await.unwrap();
    assert_eq!(size, 2_500_000);
    let (head, tail) = (
        session.download(&row, COLUMN, 0, 2_000_000).await.unwrap().unwrap(),
        session.download(&row, COLUMN, 2_000_000, 2_000_000).await.unwrap().unwrap(),
    );
    assert_eq!((head.id, head.size), (token, 2_500_000));
    assert!(head.bytes == bytes[..2_000_000] && tail.bytes == bytes[2_000_000..]);
    assert_eq!(session.place_of_file(token).await.unwrap().unwrap(), (row, COLUMN.to_owned()));
    // nothing is left of the blocks: one file, and its three chunks
    assert_eq!(kept(&house, &session).await, (1, 3));
    assert!(session.under_way(token).await.unwrap().is_none());
    let again = session.commit_blocks(token, &names(&["a"]), file()).await.unwrap_err();
    assert!(matches!(again, Error::RowMissing { .. }), "{again}");
}

#[tokio::test]
async fn a_file_takes_no_more_than_its_column_and_nobody_elses_blocks() {
    let (house, _, session, row) = open().await;
    let token = session.begin_upload(&row, COLUMN, file(), None).await.unwrap();
    let half = vec![7; 3 << 20];
    session.add_block(token, "a", &half).await.unwrap();
    session.add_block(token, "a", &half).await.unwrap();
    let large = session.add_block(token, "b", &half).await.unwrap_err();
    assert!(matches!(large, Error::Limit { .. }), "{large}");
    // the same block twice is longer than the column
    let twice = session.commit_blocks(token, &names(&["a", "a"]), file()).await.unwrap_err();
    assert!(matches!(twice, Error::Limit { .. }), "{twice}");
    let other = house.person("eve", &[identity::Role::GlobalAdministrator]).await;
    let other = house.records.session(&other, "sales").await.unwrap();
    for error in [
        other.add_block(token, "x", b"x").await.unwrap_err(),
        other.commit_blocks(token, &names(&["a"]), file()).await.unwrap_err(),
        session.add_block(Uuid::nil(), "x", b"x").await.unwrap_err(),
    ] {
        assert!(matches!(error, Error::RowMissing { .. }), "{error}");
    }
    assert!(other.under_way(token).await.unwrap().is_none());
    let nothing = session.commit_blocks(token, &[], file()).await.unwrap();
    let empty = session.download(&row, COLUMN, 0, 10).await.unwrap().unwrap();
    assert_eq!((nothing, empty.size), (0, 0));
}

#[tokio::test]
async fn what_is_abandoned_is_taken_away_and_what_goes_on_is_not() {
    let (house, _, session, row) = open().await;
    let abandoned = session.begin_upload(&row, COLUMN, file(), None).await.unwrap();
    session.add_block(abandoned, "a", &vec![1; 2 << 20]).await.unwrap();
    let half = session.begin_upload(&row, COLUMN, file(), Some(10)).await.unwrap();
    session.upload_block(half, 0, None, b"12345").await.unwrap();
    let alive = session.begin_upload(&row, COLUMN, file(), None).await.unwrap();
    house.clock.advance(Duration::from_hours(20));
    session.add_block(alive, "a", b"alive").await.unwrap();
    house.clock.advance(Duration::from_hours(5));
    house.records.sweep().await.unwrap();
    for gone in [abandoned, half] {
        assert!(session.under_way(gone).await.unwrap().is_none());
    }
    assert_eq!(kept(&house, &session).await, (2, 1));
    assert_eq!(session.commit_blocks(alive, &names(&["a"]), file()).await.unwrap(), 5);
    house.clock.advance(Duration::from_hours(72));
    house.records.sweep().await.unwrap();
    // what is whole stays until its row goes
    let whole = session.download(&row, COLUMN, 0, 10).await.unwrap().unwrap();
    assert_eq!(whole.bytes, b"alive");
    let gone = Delete { row, condition: Condition::None };
    session.one(Operation::Delete(gone)).await.unwrap();
    assert_eq!(kept(&house, &session).await, (0, 0));
}
