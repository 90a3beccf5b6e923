//! What the bot speaks with, where it speaks with whom, and what it has answered.

use db::{Result, Tx};
use jiff::Timestamp;
use kernel::UserId;

use crate::{secret::Kept, speak::Chat};

pub(crate) fn secret(tx: &Tx<'_>) -> Result<Option<Kept>> {
    const SQL: &str = "SELECT id, login_url, sealed, set_by, set_at, expires_at FROM teams_bot_secrets \
                       WHERE tenant_id = $1";
    let Some(row) = tx.first(SQL, &[tx.tenant().into()])? else { return Ok(None) };
    Ok(Some(Kept {
        id: row.get(0)?,
        login: row.get(1)?,
        sealed: row.get(2)?,
        set_by: row.maybe_id(3)?,
        set_at: row.get(4)?,
        expires_at: row.get(5)?,
    }))
}

pub(crate) fn put_secret(tx: &Tx<'_>, kept: &Kept) -> Result<u64> {
    const SQL: &str = "INSERT INTO teams_bot_secrets (tenant_id, id, login_url, sealed, set_by, \
                       set_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7) \
                       ON CONFLICT (tenant_id) DO UPDATE SET id = $2, login_url = $3, sealed = $4, \
                       set_by = $5, set_at = $6, expires_at = $7";
    let params = [
        tx.tenant().into(),
        kept.id.into(),
        (&kept.login).into(),
        kept.sealed.clone().into(),
        kept.set_by.map(UserId::uuid).into(),
        kept.set_at.into(),
        kept.expires_at.into(),
    ];
    tx.execute(SQL, &params)
}

/// When the secret that is kept ends, said anew.
pub(crate) fn put_secret_end(tx: &Tx<'_>, expires_at: Option<Timestamp>) -> Result<u64> {
    const SQL: &str = "UPDATE teams_bot_secrets SET expires_at = $2 WHERE tenant_id = $1";
    tx.execute(SQL, &[tx.tenant().into(), expires_at.into()])
}

pub(crate) fn delete_secret(tx: &Tx<'_>) -> Result<u64> {
    const SQL: &str = "DELETE FROM teams_bot_secrets WHERE tenant_id = $1";
    tx.execute(SQL, &[tx.tenant().into()])
}

pub(crate) fn chat(tx: &Tx<'_>, user: UserId) -> Result<Option<Chat>> {
    const SQL: &str = "SELECT application_id, directory_id, object_id, conversation_id, service_url \
                       FROM teams_bot_chats WHERE tenant_id = $1 AND user_id = $2";
    let Some(row) = tx.first(SQL, &[tx.tenant().into(), user.into()])? else { return Ok(None) };
    Ok(Some(Chat {
        application: row.get(0)?,
        who: (row.get(1)?, row.get(2)?),
        conversation: row.get(3)?,
        service: row.get(4)?,
    }))
}

/// Keeps where somebody is spoken with; nothing is written where that is known.
pub(crate) fn put_chat(tx: &Tx<'_>, user: UserId, chat: &Chat, at: Timestamp) -> Result<u64> {
    const SQL: &str = "INSERT INTO teams_bot_chats (tenant_id, user_id, application_id, \
                       directory_id, object_id, conversation_id, service_url, began_at) VALUES \
                       ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (tenant_id, user_id) DO UPDATE \
                       SET application_id = $3, directory_id = $4, object_id = $5, \
                       conversation_id = $6, service_url = $7, began_at = $8";
    let params = [
        tx.tenant().into(),
        user.into(),
        (&chat.application).into(),
        (&chat.who.0).into(),
        (&chat.who.1).into(),
        (&chat.conversation).into(),
        (&chat.service).into(),
        at.into(),
    ];
    tx.execute(SQL, &params)
}

pub(crate) fn forget_chat(tx: &Tx<'_>, user: UserId) -> Result<u64> {
    const SQL: &str = "DELETE FROM teams_bot_chats WHERE tenant_id = $1 AND user_id = $2";
    tx.execute(SQL, &[tx.tenant().into(), user.into()])
}

/// The chat with whoever took the app away, whoever that is here.
pub(crate) fn forget_conversation(tx: &Tx<'_>, conversation: &str) -> Result<u64> {
    const SQL: &str = "DELETE FROM teams_bot_chats WHERE tenant_id = $1 AND conversation_id = $2";
    tx.execute(SQL, &[tx.tenant().into(), conversation.into()])
}

/// Chats with another bot than this one.
pub(crate) fn forget_chats_but(tx: &Tx<'_>, application: &str) -> Result<u64> {
    const SQL: &str = "DELETE FROM teams_bot_chats WHERE tenant_id = $1 AND application_id <> $2";
    tx.execute(SQL, &[tx.tenant().into(), application.into()])
}

/// Takes an activity; false where it was taken before.
pub(crate) fn take_activity(tx: &Tx<'_>, key: &str, now: Timestamp) -> Result<bool> {
    const SQL: &str = "INSERT INTO teams_bot_activities (tenant_id, activity_key, came_at) \
                       VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    Ok(tx.execute(SQL, &[tx.tenant().into(), key.into(), now.into()])? > 0)
}

pub(crate) fn forget_activity(tx: &Tx<'_>, key: &str) -> Result<u64> {
    const SQL: &str = "DELETE FROM teams_bot_activities WHERE tenant_id = $1 AND activity_key = $2";
    tx.execute(SQL, &[tx.tenant().into(), key.into()])
}

pub(crate) fn prune_activities(tx: &Tx<'_>, before: Timestamp) -> Result<u64> {
    const SQL: &str = "DELETE FROM teams_bot_activities WHERE tenant_id = $1 AND came_at < $2";
    tx.execute(SQL, &[tx.tenant().into(), before.into()])
}
