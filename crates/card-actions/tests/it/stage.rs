//! A house with a receiver of buttons.

use std::sync::Arc;

use card_actions::{ActionParts, CardActions, Error, Press, Refusal, Run};
use channel_connectors::{ActionSettings, Configured, hooks};
use identity::PublicKey;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use kernel::{Clock as _, MessageId, Scope, WebhookId};
use serde_json::{Value as Json, json};
use workspace::{CardContent, Content, Item};

use crate::{
    house::{House, MEMBER, post},
    receiver::Receiver,
};

pub(crate) struct Stage {
    pub(crate) house: House,
    pub(crate) receiver: Receiver,
    pub(crate) actions: Arc<CardActions>,
    pub(crate) hook: WebhookId,
    pub(crate) sender: Scope,
}

impl Stage {
    pub(crate) async fn new() -> Self {
        Self::with(ActionSettings { timeout_ms: 700, ..ActionSettings::default() }).await
    }

    pub(crate) async fn with(settings: ActionSettings) -> Self {
        let (house, receiver) = (House::new().await, Receiver::start().await);
        let (webhook, addresses) = house.webhook().await;
        let actions = Arc::new(CardActions::new(parts(&house, settings)));
        let sender = house.sender_of(&addresses).await;
        Self { hook: webhook.id, house, receiver, actions, sender }
    }

    pub(crate) fn person(&self) -> Scope {
        self.house.scope_of(self.house.owner, MEMBER)
    }

    pub(crate) async fn card(&self, card: &Json) -> MessageId {
        let card = card.to_string();
        let receipt = self.house.connectors.receive(&self.sender, post(card)).await;
        self.house.pump.drain().await.unwrap();
        receipt.unwrap().event.uuid().into()
    }

    /// A card with one button whose target answers as the path says.
    pub(crate) async fn button(&self, path: &str) -> MessageId {
        let target = format!("{}{path}", self.receiver.base);
        let action =
            json!({ "@type": "HttpPOST", "name": "Approve", "target": target, "body": "{}" });
        self.card(&json!({ "text": "Approve?", "potentialAction": [action] })).await
    }

    pub(crate) async fn item(&self, message: MessageId) -> Item {
        self.house.workspace.message(&self.person(), message).await.unwrap()
    }

    pub(crate) async fn shown(&self, message: MessageId) -> Arc<CardContent> {
        match self.item(message).await.content {
            Content::Card(card) => card,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) async fn press(
        &self,
        message: MessageId,
        press: Press,
    ) -> card_actions::Result<Run> {
        self.actions.press(&self.person(), self.house.channel, message, press).await
    }

    pub(crate) async fn press_first(&self, message: MessageId) -> Run {
        self.press(message, first()).await.unwrap()
    }

    pub(crate) async fn refusal(&self, message: MessageId, press: Press) -> Refusal {
        match self.press(message, press).await {
            Err(Error::Refused(refusal)) => refusal,
            other => panic!("{other:?}"),
        }
    }

    /// Makes the webhook one of a registered connector.
    pub(crate) async fn register(&self, details: &Json) {
        const CONNECTOR: &str = "INSERT INTO connectors (tenant_id, id, version, name, details, \
            valid_domains, way, owner_id, created_at, updated_at) \
            VALUES ($1, $2, 1, 'C', $3, $4, 'proxy', $5, $6, $6) \
            ON CONFLICT (tenant_id, id) DO UPDATE SET details = excluded.details";
        let (id, hook) = (uuid::Uuid::from_u128(77), self.hook);
        let (owner, now) = (self.house.owner, self.house.clock.now());
        let details = details.clone();
        let system = self.house.scopes.scope(self.house.tenant, "test");
        let write = move |tx: &db::Tx<'_>| {
            let (details, none) = (db::Value::json(&details), db::Value::json(&json!([])));
            let tenant = tx.tenant();
            tx.execute(
                CONNECTOR,
                &[tenant.into(), id.into(), details, none, owner.into(), now.into()],
            )?;
            let of = Configured { connector: id.into(), configuration: id.into() };
            hooks::set_configured(tx, hook, of)
        };
        self.house.store.db().write::<_, db::Error, _>(&system, write).await.unwrap();
    }

    pub(crate) async fn keys(&self) -> Vec<PublicKey> {
        self.house.identity.public_keys(self.house.tenant).await.unwrap()
    }
}

fn parts(house: &House, settings: ActionSettings) -> ActionParts {
    let outbound = egress::Settings {
        allowed_networks: vec!["127.0.0.0/8".parse().unwrap()],
        ..egress::Settings::default()
    };
    ActionParts {
        db: house.store.db(),
        clock: Arc::clone(&house.clock) as Arc<dyn kernel::Clock>,
        ids: house.ids.clone(),
        scopes: house.scopes.clone(),
        identity: Arc::clone(&house.identity),
        workspace: Arc::clone(&house.workspace),
        client: egress::Client::new(outbound.clone()).unwrap(),
        networks: egress::Networks::new(&outbound),
        settings,
    }
}

pub(crate) fn first() -> Press {
    Press { action: "h1".to_owned(), ..Press::default() }
}

pub(crate) fn answers(inputs: &Json) -> Press {
    Press { inputs: inputs.as_object().cloned().unwrap(), ..first() }
}

pub(crate) fn verified(token: &str, keys: &[PublicKey], audience: &str) -> Json {
    let kid = decode_header(token).unwrap().kid.unwrap();
    let key = keys.iter().find(|key| key.id == kid).unwrap();
    let key = DecodingKey::from_rsa_components(&key.modulus, &key.exponent).unwrap();
    let mut rules = Validation::new(Algorithm::RS256);
    rules.set_audience(&[audience]);
    // the clock of these tests stands still
    (rules.validate_exp, rules.validate_nbf) = (false, false);
    decode::<Json>(token, &key, &rules).unwrap().claims
}
