//! What was handed in, held against who sells: of which policy, of when, and of whom it tells.

use super::*;

#[test]
fn channels_of_sellers_are_judged_by_the_policy_that_their_groups_have() {
    let policies =
        json!([mine("Global"), { "Identity": "Tag:South", "AllowSharedChannelCreation": false }]);
    let given = |group: &str| json!([assigned(group, "TeamsChannelsPolicy", "South", 1)]);
    let check = find("TMS-13").unwrap();
    let south = with_groups(handed(&[policies.clone(), given(SOUTH)]), &[SOUTH, NORTH]);
    let told = judge(check, &south);
    assert_eq!(told.holds, Some(false));
    assert_eq!(told.observed, ["South: AllowSharedChannelCreation = false"]);
    let north = with_groups(handed(&[policies.clone(), given(SOUTH)]), &[NORTH]);
    assert_eq!(judge(check, &north).holds, Some(true));
    // nobody said which groups have which: a policy that closes it may be the one of sellers
    for unsaid in
        [handed(std::slice::from_ref(&policies)), handed(&[policies.clone(), given(SOUTH)])]
    {
        assert_eq!(
            (judge(check, &unsaid).holds, judge(check, &unsaid).why),
            (None, Some(Why::Unset))
        );
    }
    let alone = with_groups(handed(std::slice::from_ref(&policies)), &[SOUTH]);
    assert_eq!(judge(check, &alone).holds, None);
    // a file of another type of policy does not say that groups have none of this one
    let other = json!([assigned(SOUTH, "TeamsMeetingPolicy", "X", 1)]);
    let other = with_groups(handed(&[policies, other]), &[SOUTH]);
    assert_eq!(judge(check, &other).holds, None);
    let all = handed(&[json!([mine("Global"), mine("Tag:South")])]);
    assert_eq!(judge(check, &all).holds, Some(true));
    assert_eq!(judge(find("TMS-14").unwrap(), &south).why, Some(Why::Unset));
}

#[test]
fn policies_that_nobody_can_hold_against_sellers_are_unknown() {
    let told = |id: &str, facts: &Facts| {
        let kept = judge(find(id).unwrap(), facts);
        (kept.holds, kept.observed)
    };
    // of Teams: one policy alone was asked for, and whether sellers have another nobody knows
    let alone = handed(&[json!([meeting("Global", json!({}))])]);
    assert_eq!(told("TMS-08", &alone).0, None);
    let both = json!([
        meeting("Global", json!({})),
        meeting(
            "Tag:Quiet",
            json!({ "AllowTranscription": false,
        "AllowCloudRecording": false })
        )
    ]);
    let other = json!([assigned(NORTH, "TeamsAppSetupPolicy", "X", 1)]);
    let other = with_groups(handed(&[both.clone(), other]), &[NORTH]);
    assert_eq!(told("TMS-08", &other).0, None);
    assert_eq!(
        told(
            "TMS-06",
            &handed(&[
                json!([setup("Global", json!({}))]),
                json!([assigned(NORTH, "TeamsMeetingPolicy", "X", 1)])
            ])
        )
        .0,
        None
    );
    // what sellers record is said by their own policy
    let quiet = json!([assigned(NORTH, "TeamsMeetingPolicy", "Tag:Quiet", 1)]);
    let quiet = with_groups(handed(&[both.clone(), quiet]), &[NORTH]);
    assert_eq!(
        told("TMS-09", &quiet),
        (Some(false), vec!["Quiet: AllowCloudRecording = False".to_owned()])
    );
    assert_eq!(told("TMS-09", &handed(&[both])).0, Some(true));
    let gone = json!([assigned(NORTH, "TeamsMeetingPolicy", "Gone", 1)]);
    let gone = with_groups(handed(&[json!([meeting("Global", json!({}))]), gone]), &[NORTH]);
    for id in ["TMS-08", "TMS-09"] {
        assert_eq!(told(id, &gone).0, None);
    }
    // nothing reported is nothing seen
    assert_eq!(told("TMS-12", &handed(&[json!([meeting("Global", json!({}))])])).0, None);
    // of apps: without the file of groups any of the policies may be that of sellers
    let ours = json!({ "AppPresetList": [{ "Id": APP }] });
    let rows = json!([setup("Global", json!({})), setup("Tag:Sales", ours)]);
    let said = with_groups(handed(std::slice::from_ref(&rows)), &[NORTH]);
    assert_eq!(told("TMS-03", &said), (Some(true), vec!["Sales".to_owned()]));
    let other = json!([assigned(NORTH, "TeamsAppSetupPolicy", "Gone", 1)]);
    let other = with_groups(handed(&[rows, other]), &[NORTH]);
    assert_eq!(told("TMS-03", &other), (None, vec!["Gone".to_owned()]));
    // of mailboxes: who has another than the usual one is in no file
    let mut closed = mailbox(false);
    merge(&mut closed, json!({ "Identity": "Frontline", "IsDefault": false }));
    let two = handed(&[json!([mailbox(true), closed])]);
    assert_eq!(
        told("M365-07", &two),
        (None, vec!["Frontline: WacViewingOnPublicComputersEnabled = False".to_owned()])
    );
    let mut open = mailbox(true);
    merge(&mut open, json!({ "Identity": "Frontline", "IsDefault": false }));
    assert_eq!(told("M365-07", &handed(&[json!([mailbox(true), open])])).0, Some(true));
}

/// Of the file that is older: whatever a verdict stands on.
#[test]
fn a_verdict_is_as_old_as_the_oldest_file_it_stands_on() {
    let (age, month) = (SignedDuration::from_hours(24 * 30), SignedDuration::from_hours(24 * 31));
    let app = json!([{ "Id": NORTH, "ExternalId": APP, "DisplayName": "Liaison", "DistributionMethod": "organization" }]);
    let listed =
        json!({ "AppPresetList": [{ "Id": NORTH }], "PinnedAppBarApps": [{ "Id": NORTH }] });
    let files = [
        app,
        json!([setup("Global", json!({})), setup("Tag:Sales", listed)]),
        json!([
            assigned(NORTH, "TeamsAppSetupPolicy", "Sales", 1),
            assigned(NORTH, "TeamsMeetingPolicy", "Loud", 1),
            assigned(NORTH, "TeamsChannelsPolicy", "Open", 1)
        ]),
        json!([
            meeting("Global", json!({})),
            meeting(
                "Tag:Loud",
                json!({ "Copilot": "Enabled", "SpeakerAttributionMode": "Enabled",
            "AutoRecording": "Enabled" })
            )
        ]),
        json!([mine("Global"), mine("Tag:Open")]),
    ];
    let of_files: [(&str, &[usize]); 11] = [
        ("TMS-03", &[0, 1, 2]),
        ("TMS-04", &[0, 1, 2]),
        ("TMS-05", &[1, 2]),
        ("TMS-06", &[0, 1, 2]),
        ("TMS-07", &[3]),
        ("TMS-08", &[2, 3]),
        ("TMS-09", &[2, 3]),
        ("TMS-10", &[2, 3]),
        ("TMS-11", &[2, 3]),
        ("TMS-12", &[2, 3]),
        ("TMS-13", &[2, 4]),
    ];
    for (id, stands_on) in of_files {
        let check = find(id).unwrap();
        for old in std::iter::once(None).chain(stands_on.iter().map(Some)) {
            let mut facts = with_groups(nothing(), &[NORTH]);
            for (index, file) in files.iter().enumerate() {
                let content = evidence::read(file.to_string().as_bytes(), None).unwrap();
                let at = if old == Some(&index) { now() - month } else { now() };
                facts.handed.take(content, at);
            }
            let kept = judge(check, &facts);
            let seen = outcome(check, Some(&kept), None, (Guide::Salesforce, now(), age));
            let wanted =
                if old.is_some() { (State::Warning, Some(Why::Old)) } else { (State::Pass, None) };
            assert_eq!((seen.state, seen.why), wanted, "{id}, file {old:?}: {seen:?}");
        }
    }
}

/// Sellers behind the last one that is looked at, those without an address, and those whom a system does not have.
#[test]
fn nothing_holds_for_everybody_while_somebody_was_not_looked_at() {
    let mut checked = BTreeSet::new();
    for Case { id, pass, .. } in cases() {
        let of_each = [
            "M365-02", "M365-03", "CLT-06", "SF-02", "SF-06", "SF-14", "SF-15", "SF-16", "SF-17",
            "D365-01", "D365-02", "D365-03", "D365-04", "D365-05", "D365-06",
        ];
        let (Some(mut facts), true) = (pass, of_each.contains(&id)) else { continue };
        facts.own.more_sellers = true;
        let many = judge(find(id).unwrap(), &facts);
        assert_eq!((many.holds, many.why), (None, Some(Why::Unset)), "{id}: {many:?}");
        assert!(many.observed.iter().any(|one| one.contains("… = ?")), "{id}: {many:?}");
        facts.own.more_sellers = false;
        if id != "M365-02" {
            for address in ["bo@contoso.example", ""] {
                let mut facts = facts.clone();
                facts.own.sellers.push(Seller { name: "Bo".to_owned(), ..seller(address, true) });
                let left = judge(find(id).unwrap(), &facts);
                assert_eq!((left.holds, left.why), (None, Some(Why::Unset)), "{id}: {left:?}");
                assert!(
                    left.observed.iter().any(|one| one.to_lowercase().contains("bo")),
                    "{id}: {left:?}"
                );
            }
        }
        checked.insert(id);
    }
    assert_eq!(checked.len(), 15, "{checked:?}");
    // who was asked for and is not there has no account
    let mut gone = dynamics(enabled(true));
    gone.own.sellers.push(seller("bo@contoso.example", true));
    let Reading::Read(found) = &mut gone.dynamics else { panic!() };
    found.asked = vec!["bo@contoso.example".to_owned()];
    assert_eq!(judge(find("D365-06").unwrap(), &gone).holds, Some(false));
}

/// The labels in the words of the published guides (§1): whoever reads a remedy finds them on the screen. The French ones are
/// those of the French guide where it has them.
#[test]
fn the_labels_are_those_of_the_published_guides() {
    let english: [(&str, &[&str]); 25] = [
        (
            "M365-04",
            &[
                "Agents > All agents",
                "Settings > Integrated apps",
                "Deploy",
                "Accept permissions",
                "Finish deployment",
            ],
        ),
        ("M365-05", &["Admin-managed", "My add-ins"]),
        ("M365-08", &["User access", "All users"]),
        ("M365-10", &["Merge both versions"]),
        ("M365-11", &["Update"]),
        ("CLT-03", &["Options > Diagnostics", "Copy content", "Add to email"]),
        ("CLT-05", &["Prevent cross-site tracking"]),
        ("TMS-02", &["Teams apps > Manage apps", "Edit availability", "No one"]),
        ("TMS-03", &["Teams apps > Setup policies > Add", "Add apps", "Installed apps"]),
        ("TMS-04", &["Pinned apps > Add apps", "App bar", "Messaging extensions"]),
        ("TMS-05", &["User pinning"]),
        ("TMS-06", &["Group policy assignment", "Add", "Apply"]),
        ("TMS-14", &["Create private channels", "Allow members to create private channels"]),
        (
            "PP-04",
            &[
                "Policies > Data policies > Edit policy > Prebuilt connectors",
                "Salesforce",
                "Business",
                "Non-business",
                "Update policy",
            ],
        ),
        (
            "PP-05",
            &["Policies > Data policies > Edit policy > Prebuilt connectors", "Update policy"],
        ),
        ("PP-07", &["Trial environment assignments", "Everyone"]),
        ("PP-09", &["Convert to production", "Continue"]),
        ("PP-10", &["Administration mode"]),
        ("PP-12", &["Allow moving data outside boundaries"]),
        ("SF-04", &["Unblock"]),
        ("SF-12", &["Enhanced Email"]),
        ("SF-14", &["Set Field-Level Security", "Visible", "Remove field", "Allow editing"]),
        ("SF-21", &["Modify All Data", "Manage Data Integrations"]),
        ("D365-02", &["Server Profile", "Microsoft Exchange Online", "Activate"]),
        ("D365-04", &["No email messages"]),
    ];
    for (id, wanted) in english {
        let check = find(id).unwrap();
        for label in wanted {
            assert!(check.labels.iter().any(|(en, _)| en == label), "{id}: {label}");
        }
    }
    let french: [(&str, &[&str]); 9] = [
        (
            "TMS-07",
            &[
                "Réunions",
                "Politiques de réunion",
                "Gérer les politiques",
                "Global (par défaut à l’échelle de l’organisation)",
                "Enregistrement et transcription",
                "Transcription",
                "Enregistrer",
            ],
        ),
        ("SF-02", &["API activée"]),
        (
            "SF-03",
            &[
                "Configuration > Outils de la plate-forme > Applications > Applications connectées > Applications connectées gérées",
                "Utilisation d’applications connectées OAuth",
                "Installer",
            ],
        ),
        (
            "SF-05",
            &[
                "Utilisateurs autorisés",
                "Les utilisateurs approuvés par l’administrateur sont pré-autorisés",
                "Tous les utilisateurs peuvent s’auto-autoriser",
            ],
        ),
        ("SF-06", &["Profils", "Ensembles d’autorisations"]),
        ("SF-07", &["Relaxation IP", "Relaxer les restrictions IP"]),
        (
            "SF-08",
            &[
                "Stratégie de jeton d’actualisation",
                "Le jeton d’actualisation est valide jusqu’à sa révocation",
            ],
        ),
        ("SF-09", &["Politiques de session", "Valeur du délai d’expiration", "Aucune"]),
        (
            "SF-18",
            &[
                "Connecteurs > Connexions de l’agent",
                "Activer l’accès",
                "Enregistrer",
                "Détails de la connexion",
            ],
        ),
    ];
    for (id, wanted) in french {
        let check = find(id).unwrap();
        for label in wanted {
            assert!(check.labels.iter().any(|(_, fr)| fr == label), "{id}: {label}");
        }
    }
}
