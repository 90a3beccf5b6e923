//! The rows of persons.

use db::{Result, Row, Tx, Value};
use jiff::Timestamp;
use kernel::{Limit, UserId};
use uuid::Uuid;

use crate::{
    text,
    users::{Person, User, UserFilter},
};

pub(crate) fn insert(tx: &Tx<'_>, user: &User, password: Option<&str>) -> Result<()> {
    const SQL: &str = "INSERT INTO users (tenant_id, id, user_name, user_name_fold, display_name, \
                       language, time_zone, theme, state, password_hash, password_at, created_at, \
                       updated_at) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)";
    tx.execute(
        SQL,
        &[
            tx.tenant().into(),
            user.id.into(),
            (&user.user_name).into(),
            text::fold(&user.user_name).into(),
            (&user.display_name).into(),
            user.language.map(kernel::Language::tag).into(),
            (&user.time_zone).into(),
            user.theme.as_str().into(),
            user.state.as_str().into(),
            password.into(),
            password.map(|_| user.created_at).into(),
            user.created_at.into(),
        ],
    )?;
    Ok(())
}

pub(crate) fn update(tx: &Tx<'_>, user: &User, now: Timestamp) -> Result<u64> {
    const SQL: &str = "UPDATE users SET user_name = $3, user_name_fold = $4, display_name = $5, \
                       language = $6, time_zone = $7, theme = $8, updated_at = $9 \
                       WHERE tenant_id = $1 AND id = $2";
    tx.execute(
        SQL,
        &[
            tx.tenant().into(),
            user.id.into(),
            (&user.user_name).into(),
            text::fold(&user.user_name).into(),
            (&user.display_name).into(),
            user.language.map(kernel::Language::tag).into(),
            (&user.time_zone).into(),
            user.theme.as_str().into(),
            now.into(),
        ],
    )
}

pub(crate) fn set_addresses(tx: &Tx<'_>, user: &User) -> Result<()> {
    const CLEAR: &str = "DELETE FROM user_addresses WHERE tenant_id = $1 AND user_id = $2";
    const SQL: &str = "INSERT INTO user_addresses (tenant_id, address_fold, user_id, address, \
                       position) VALUES ($1, $2, $3, $4, $5)";
    tx.execute(CLEAR, &[tx.tenant().into(), user.id.into()])?;
    for (position, address) in (0_i64..).zip(&user.addresses) {
        let fold = text::fold(address);
        let params =
            [tx.tenant().into(), fold.into(), user.id.into(), address.into(), position.into()];
        tx.execute(SQL, &params)?;
    }
    Ok(())
}

pub(crate) fn lookup(tx: &Tx<'_>, id: UserId) -> Result<Option<User>> {
    const SQL: &str = "SELECT u.id, u.user_name, u.display_name, u.language, u.time_zone, u.theme, \
                       u.state, u.password_hash IS NOT NULL, u.last_sign_in_at, u.created_at, \
                       (SELECT string_agg(a.address, ' ') FROM (SELECT address FROM user_addresses \
                         WHERE tenant_id = u.tenant_id AND user_id = u.id ORDER BY position) a), \
                       (SELECT string_agg(r.role, ' ') FROM role_assignments r \
                         WHERE r.tenant_id = u.tenant_id AND r.user_id = u.id), \
                       (SELECT string_agg(g.role, ' ') FROM group_members m \
                         JOIN group_roles g ON g.tenant_id = m.tenant_id AND g.group_id = m.group_id \
                         WHERE m.tenant_id = u.tenant_id AND m.user_id = u.id) \
                       FROM users u WHERE u.tenant_id = $1 AND u.id = $2";
    tx.first(SQL, &[tx.tenant().into(), id.into()])?.as_ref().map(read).transpose()
}

/// Users after a folded name, in the order of those names.
pub(crate) fn page(
    tx: &Tx<'_>,
    filter: &UserFilter,
    after: &str,
    limit: Limit,
) -> Result<Vec<User>> {
    const SQL: &str = "SELECT u.id, u.user_name, u.display_name, u.language, u.time_zone, u.theme, \
                       u.state, u.password_hash IS NOT NULL, u.last_sign_in_at, u.created_at, \
                       (SELECT string_agg(a.address, ' ') FROM (SELECT address FROM user_addresses \
                         WHERE tenant_id = u.tenant_id AND user_id = u.id ORDER BY position) a), \
                       (SELECT string_agg(r.role, ' ') FROM role_assignments r \
                         WHERE r.tenant_id = u.tenant_id AND r.user_id = u.id), \
                       (SELECT string_agg(g.role, ' ') FROM group_members m \
                         JOIN group_roles g ON g.tenant_id = m.tenant_id AND g.group_id = m.group_id \
                         WHERE m.tenant_id = u.tenant_id AND m.user_id = u.id) \
                       FROM users u \
                       WHERE u.tenant_id = $1 AND u.user_name_fold > $2 \
                         AND (u.state = $3 OR ($3 = '' AND u.state <> 'deleted')) \
                         AND ($4 = '' OR u.user_name_fold LIKE $4 ESCAPE '!' \
                              OR fold(u.display_name) LIKE $4 ESCAPE '!' \
                              OR EXISTS (SELECT 1 FROM user_addresses a \
                                         WHERE a.tenant_id = u.tenant_id AND a.user_id = u.id \
                                           AND a.address_fold LIKE $4 ESCAPE '!')) \
                         AND ($6 = '' \
                              OR EXISTS (SELECT 1 FROM role_assignments r \
                                         WHERE r.tenant_id = u.tenant_id AND r.user_id = u.id \
                                           AND r.role = $6) \
                              OR EXISTS (SELECT 1 FROM group_roles g JOIN group_members m \
                                           ON m.tenant_id = g.tenant_id AND m.group_id = g.group_id \
                                         WHERE g.tenant_id = u.tenant_id AND g.role = $6 \
                                           AND m.user_id = u.id)) \
                       ORDER BY u.user_name_fold LIMIT $5";
    let params = [
        tx.tenant().into(),
        after.into(),
        filter.state.map_or("", super::UserState::as_str).into(),
        filter.search.as_deref().map(containing).unwrap_or_default().into(),
        limit.probe().into(),
        filter.role.map_or("", crate::Role::as_str).into(),
    ];
    tx.all(SQL, &params)?.iter().map(read).collect()
}

/// A LIKE pattern for texts that contain `part`, with `!` as the escape character.
fn containing(part: &str) -> String {
    let part = text::fold(part);
    if part.is_empty() {
        return part;
    }
    let mut pattern = String::with_capacity(part.len() + 2);
    pattern.push('%');
    for c in part.chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

pub(crate) fn people(tx: &Tx<'_>, ids: &[UserId]) -> Result<Vec<Person>> {
    const SQL: &str = "SELECT u.id, u.display_name, \
                       (SELECT a.address FROM user_addresses a WHERE a.tenant_id = u.tenant_id \
                         AND a.user_id = u.id ORDER BY a.position LIMIT 1) \
                       FROM users u WHERE u.tenant_id = $1 AND u.id IN \
                       ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";
    let mut found = Vec::with_capacity(ids.len());
    for some in ids.chunks(16) {
        let padding = std::iter::repeat_n(Value::Uuid(Uuid::nil()), 16 - some.len());
        let params: Vec<Value<'_>> = std::iter::once(tx.tenant().into())
            .chain(some.iter().map(|id| (*id).into()))
            .chain(padding)
            .collect();
        for row in tx.all(SQL, &params)? {
            found.push(Person { id: row.id(0)?, display_name: row.get(1)?, address: row.get(2)? });
        }
    }
    Ok(found)
}

/// The person whose user name or address this folded text is.
pub(crate) fn find_by_name(tx: &Tx<'_>, name: &str) -> Result<Option<UserId>> {
    const SQL: &str = "SELECT id, 0 AS rank FROM users \
                       WHERE tenant_id = $1 AND user_name_fold = $2 AND state <> 'deleted' \
                       UNION ALL \
                       SELECT user_id, 1 AS rank FROM user_addresses \
                       WHERE tenant_id = $1 AND address_fold = $2 \
                       ORDER BY rank LIMIT 1";
    tx.first(SQL, &[tx.tenant().into(), name.into()])?.map(|row| row.id(0)).transpose()
}

/// The person who has this folded address.
pub(crate) fn find_by_address(tx: &Tx<'_>, address: &str) -> Result<Option<UserId>> {
    const SQL: &str =
        "SELECT user_id FROM user_addresses WHERE tenant_id = $1 AND address_fold = $2";
    tx.first(SQL, &[tx.tenant().into(), address.into()])?.map(|row| row.id(0)).transpose()
}

pub(crate) fn set_state(
    tx: &Tx<'_>,
    id: UserId,
    state: super::UserState,
    now: Timestamp,
) -> Result<u64> {
    const SQL: &str =
        "UPDATE users SET state = $3, updated_at = $4 WHERE tenant_id = $1 AND id = $2";
    tx.execute(SQL, &[tx.tenant().into(), id.into(), state.as_str().into(), now.into()])
}

pub(crate) fn set_password(tx: &Tx<'_>, id: UserId, hash: &str, now: Timestamp) -> Result<u64> {
    const SQL: &str = "UPDATE users SET password_hash = $3, password_at = $4, updated_at = $4 \
                       WHERE tenant_id = $1 AND id = $2";
    tx.execute(SQL, &[tx.tenant().into(), id.into(), hash.into(), now.into()])
}

pub(crate) fn password(tx: &Tx<'_>, id: UserId) -> Result<Option<String>> {
    const SQL: &str = "SELECT password_hash FROM users WHERE tenant_id = $1 AND id = $2";
    let row = tx.first(SQL, &[tx.tenant().into(), id.into()])?;
    row.map_or(Ok(None), |row| row.get(0))
}

pub(crate) fn signed_in(tx: &Tx<'_>, id: UserId, now: Timestamp) -> Result<u64> {
    const SQL: &str = "UPDATE users SET last_sign_in_at = $3 WHERE tenant_id = $1 AND id = $2";
    tx.execute(SQL, &[tx.tenant().into(), id.into(), now.into()])
}

pub(crate) fn forget_failures(tx: &Tx<'_>, target: Uuid) -> Result<u64> {
    const SQL: &str = "DELETE FROM sign_in_failures WHERE tenant_id = $1 AND target = $2";
    tx.execute(SQL, &[tx.tenant().into(), target.into()])
}

/// Leaves of a person the display name only; the user name becomes free again.
pub(crate) fn erase(tx: &Tx<'_>, id: UserId, now: Timestamp) -> Result<()> {
    const USER: &str = "UPDATE users SET user_name = $3, user_name_fold = $3, language = NULL, \
                        state = 'deleted', password_hash = NULL, password_at = NULL, \
                        updated_at = $4 WHERE tenant_id = $1 AND id = $2";
    const OF_USER: [&str; 9] = [
        "DELETE FROM user_addresses WHERE tenant_id = $1 AND user_id = $2",
        "DELETE FROM role_assignments WHERE tenant_id = $1 AND user_id = $2",
        "DELETE FROM group_members WHERE tenant_id = $1 AND user_id = $2",
        "DELETE FROM licence_assignments WHERE tenant_id = $1 AND subject_id = $2",
        "DELETE FROM totp_secrets WHERE tenant_id = $1 AND user_id = $2",
        "DELETE FROM recovery_codes WHERE tenant_id = $1 AND user_id = $2",
        "DELETE FROM passkeys WHERE tenant_id = $1 AND user_id = $2",
        "DELETE FROM external_identities WHERE tenant_id = $1 AND user_id = $2",
        "DELETE FROM user_tokens WHERE tenant_id = $1 AND user_id = $2",
    ];
    let gone = format!("deleted:{id}");
    tx.execute(USER, &[tx.tenant().into(), id.into(), gone.into(), now.into()])?;
    for sql in OF_USER {
        tx.execute(sql, &[tx.tenant().into(), id.into()])?;
    }
    forget_failures(tx, id.uuid())?;
    Ok(())
}

/// Active global administrators, alone or through a group; two are enough to know that there is not only
/// one.
pub(crate) fn active_administrators(tx: &Tx<'_>) -> Result<Vec<UserId>> {
    const SQL: &str = "SELECT a.user_id FROM \
                       (SELECT user_id FROM role_assignments \
                         WHERE tenant_id = $1 AND role = 'global_administrator' \
                        UNION SELECT m.user_id FROM group_roles g JOIN group_members m \
                           ON m.tenant_id = g.tenant_id AND m.group_id = g.group_id \
                         WHERE g.tenant_id = $1 AND g.role = 'global_administrator') a \
                       JOIN users u ON u.tenant_id = $1 AND u.id = a.user_id \
                       WHERE u.state = 'active' LIMIT 2";
    tx.all(SQL, &[tx.tenant().into()])?.iter().map(|row| row.id(0)).collect()
}

fn read(row: &Row) -> Result<User> {
    let words = |column| -> Result<Vec<String>> {
        let joined: Option<String> = row.get(column)?;
        Ok(joined.unwrap_or_default().split_ascii_whitespace().map(str::to_owned).collect())
    };
    let language: Option<String> = row.get(3)?;
    let roles = |column| -> Result<Vec<crate::Role>> {
        let mut roles: Vec<_> =
            words(column)?.iter().filter_map(|word| word.parse().ok()).collect();
        kernel::sort(&mut roles);
        roles.dedup();
        Ok(roles)
    };
    Ok(User {
        id: row.id(0)?,
        user_name: row.get(1)?,
        display_name: row.get(2)?,
        addresses: words(10)?,
        language: language.and_then(|tag| tag.parse().ok()),
        time_zone: row.get(4)?,
        theme: row.parsed(5, |word| word.parse().ok())?,
        state: row.parsed(6, |word| word.parse().ok())?,
        roles: roles(11)?,
        group_roles: roles(12)?,
        has_password: row.get(7)?,
        last_sign_in_at: row.get(8)?,
        created_at: row.get(9)?,
    })
}
