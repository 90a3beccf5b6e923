//! The shapes that files come in, and the files that are refused.

use serde_json::json;

use super::*;

fn meeting() -> Json {
    json!({ "Identity": "Global", "AllowTranscription": true, "AllowCloudRecording": false })
}

fn policies(bytes: &[u8]) -> Vec<MeetingPolicy> {
    match read(bytes, None) {
        Ok(Content::MeetingPolicies(all)) => all,
        other => panic!("{other:?}"),
    }
}

fn wide(text: &str, unit: fn(u16) -> [u8; 2], mark: &[u8]) -> Vec<u8> {
    mark.iter().copied().chain(text.encode_utf16().flat_map(unit)).collect()
}

#[test]
fn one_object_is_a_list_of_one() {
    let alone = policies(meeting().to_string().as_bytes());
    assert_eq!(alone, policies(json!([meeting()]).to_string().as_bytes()));
    assert_eq!(alone, policies(json!({ "value": [meeting()], "Count": 1 }).to_string().as_bytes()));
}

#[test]
fn every_encoding_of_powershell_is_read() {
    let text = meeting().to_string();
    let wanted = policies(text.as_bytes());
    for bytes in [
        [b"\xef\xbb\xbf".as_slice(), text.as_bytes()].concat(),
        wide(&text, u16::to_le_bytes, &[0xff, 0xfe]),
        wide(&text, u16::to_be_bytes, &[0xfe, 0xff]),
        wide(&text, u16::to_le_bytes, &[]),
        wide(&text, u16::to_be_bytes, &[]),
        format!("\r\n{text}\r\n").into_bytes(),
    ] {
        assert_eq!(policies(&bytes), wanted);
    }
}

#[test]
fn switches_and_words_come_in_several_shapes() {
    for (value, wanted) in [
        (json!(true), Some(true)),
        (json!("True"), Some(true)),
        (json!("$false"), Some(false)),
        (json!(1), Some(true)),
        (json!(0), Some(false)),
        (json!({ "IsPresent": true }), Some(true)),
        (Json::Null, None),
        (json!(""), None),
    ] {
        let mut row = meeting();
        row["AllowTranscription"] = value.clone();
        assert_eq!(policies(row.to_string().as_bytes())[0].transcription, wanted, "{value}");
    }
    for (value, wanted) in [
        (json!("Enabled"), Some("Enabled")),
        (json!(2), Some("2")),
        (json!({ "value": 1, "Value": "Disabled" }), Some("Disabled")),
        (Json::Null, None),
    ] {
        let mut row = meeting();
        row["AutoRecording"] = value.clone();
        let found = policies(row.to_string().as_bytes()).remove(0).auto_recording;
        assert_eq!(found.as_deref(), wanted, "{value}");
    }
}

#[test]
fn lists_of_apps_are_read_as_objects_as_words_and_not_at_all_where_they_are_cut_off() {
    let of = |list: Json| {
        let row = json!({ "Identity": "Tag:Sales", "AppPresetList": list });
        match read(row.to_string().as_bytes(), None) {
            Ok(Content::SetupPolicies(mut all)) => all.remove(0).installed,
            other => panic!("{other:?}"),
        }
    };
    let one = Some(vec!["aa-bb".to_owned()]);
    assert_eq!(of(json!([{ "Id": "AA-BB", "Order": 1 }])), one);
    assert_eq!(of(json!({ "Id": "aa-bb" })), one);
    assert_eq!(of(json!(["Id=aa-bb;Order=1"])), one);
    assert_eq!(of(json!("@{Id=aa-bb; Order=1}")), one);
    let two = Some(vec!["aa-bb".to_owned(), "cc-dd".to_owned()]);
    assert_eq!(of(json!("@{Id=aa-bb; Order=1} @{Id=cc-dd; Order=2}")), two);
    assert_eq!(of(json!("@{Order=1} @{Id=cc-dd; Order=2}")), None);
    assert_eq!(of(json!("System.Object[]")), None);
    assert_eq!(of(json!(["System.Collections.Hashtable"])), None);
    assert_eq!(of(json!("")), None);
    assert_eq!(of(Json::Null), Some(vec![]));
    assert_eq!(of(json!(["Microsoft.Teams.Policy.Administration.AppPreset"])), None);
    assert_eq!(of(json!([7])), None);
}

#[test]
fn data_policies_are_read_in_all_published_shapes() {
    let id = "/providers/Microsoft.PowerApps/apis/shared_salesforce";
    let group = json!([{ "classification": "Blocked", "connectors": [{ "id": id }] }]);
    let shapes = [
        json!({ "value": [{ "displayName": "P", "environmentType": "AllEnvironments", "connectorGroups": group }] }),
        json!([{ "policyDefinition": { "displayName": "P", "environmentType": "AllEnvironments", "connectorGroups": group } }]),
        json!({ "policies": [{ "display_name": "P", "environment_type": "AllEnvironments",
            "default_connectors_classification": "General", "blocked_connectors": [{ "id": id }] }] }),
    ];
    for shape in shapes {
        match read(shape.to_string().as_bytes(), None) {
            Ok(Content::DataPolicies(all)) => assert_eq!(all[0].allows(), Some(false), "{shape}"),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn what_is_handed_in_reads_back_as_it_is_kept() {
    let files = [
        meeting(),
        json!({ "Identity": "Global", "AppPresetList": [{ "Id": "a" }] }),
        json!({ "GroupId": "A", "PolicyType": "TeamsMeetingPolicy", "PolicyName": "Tag:X", "Rank": "3" }),
        json!({ "Name": "Default", "WacViewingOnPublicComputersEnabled": true }),
        json!({ "displayName": "P", "environmentType": "AllEnvironments", "connectorGroups": [] }),
    ];
    for file in files {
        let content = read(file.to_string().as_bytes(), None).unwrap();
        let kept = serde_json::to_value(&content).unwrap();
        assert_eq!(serde_json::from_value::<Content>(kept).unwrap(), content);
        assert_eq!(read(file.to_string().as_bytes(), Some(content.kind())).unwrap(), content);
    }
    assert!(read(b"[]", Some(Kind::GroupAssignment)).unwrap().is_empty());
}

#[test]
fn hostile_files_are_refused_with_the_place() {
    let deep = "[".repeat(100_000);
    let rows = serde_json::to_vec(&vec![meeting(); MAX_ROWS + 1]).unwrap();
    let large = vec![b' '; MAX_BYTES + 1];
    let wrong =
        json!([meeting(), { "Identity": "Tag:X", "AllowTranscription": "perhaps" }]).to_string();
    let nameless = json!([{ "AllowTranscription": true }]).to_string();
    let sparse = json!([meeting(), 7]).to_string();
    for (bytes, code, place) in [
        (b"".as_slice(), "evidence.empty", ""),
        (b"\xff\xfe{", "evidence.not_text", ""),
        (b"\xff\xfe\x00\xd8", "evidence.not_text", ""),
        (b"{\"a\": \x01\xc3}", "evidence.not_text", ""),
        (b"<html>", "evidence.xml", "/line 1, column 1"),
        (deep.as_bytes(), "evidence.not_json", "/line 1, column 128"),
        (b"7", "evidence.not_rows", ""),
        (b"{\"a\": 1}", "evidence.unknown_kind", ""),
        (b"[]", "evidence.unknown_kind", ""),
        (&rows, "evidence.too_many_rows", ""),
        (&large, "evidence.too_large", ""),
        (wrong.as_bytes(), "evidence.not_a_flag", "/1/AllowTranscription"),
        (nameless.as_bytes(), "evidence.missing", "/0/Identity"),
        (sparse.as_bytes(), "evidence.not_a_row", "/1"),
        (b"PK\x03\x04 and nothing else", "evidence.not_a_package", ""),
    ] {
        let fault = read(bytes, None).unwrap_err();
        assert_eq!((fault.code, fault.place.as_str()), (code, place));
    }
    for (file, code, place) in [
        // below the depth of the cmdlet
        (json!(["@{Identity=Global; AllowTranscription=True}"]), "evidence.cut_off", "/0"),
        (
            json!([meeting(), "Microsoft.Teams.Policy.Administration.Policy"]),
            "evidence.cut_off",
            "/1",
        ),
        (
            json!({ "Identity": "Global", "AllowTranscription": ["System.Object[]"] }),
            "evidence.not_a_flag",
            "/0/AllowTranscription",
        ),
        (
            json!({ "Identity": { "Name": { "First": 1 } }, "AllowTranscription": true }),
            "evidence.missing",
            "/0/Identity",
        ),
        (
            json!({ "Identity": "x".repeat(501), "AllowTranscription": true }),
            "evidence.missing",
            "/0/Identity",
        ),
        (
            json!({ "Identity": "Global", "AppPresetList": vec!["a"; 501] }),
            "evidence.too_many_rows",
            "/0/AppPresetList",
        ),
        (
            json!({ "displayName": "P", "environmentType": "Some", "connectorGroups": [] }),
            "evidence.not_a_word",
            "/0/environmentType",
        ),
        (json!({ "GroupId": "a", "PolicyType": "x" }), "evidence.missing", "/0/PolicyName"),
    ] {
        let fault = read(file.to_string().as_bytes(), None).unwrap_err();
        assert_eq!((fault.code, fault.place.as_str()), (code, place), "{file}");
        assert!(!fault.detail.is_empty() && fault.detail.chars().count() <= 300, "{fault:?}");
    }
    let other = read(meeting().to_string().as_bytes(), Some(Kind::SetupPolicy)).unwrap_err();
    assert_eq!(other.code, "evidence.other_kind");
}

/// `Get-… | ConvertTo-Json` of Windows PowerShell: dates as `/Date(…)/`, types beside rows, members of whatever kind.
#[test]
fn members_that_no_check_asks_for_are_passed_over_whatever_they_are() {
    let mut row = meeting();
    for (name, value) in [
        ("WhenChanged", json!("/Date(1690000000000)/")),
        ("WhenCreated", json!({ "value": "/Date(1690000000000)/", "DateTime": "22 July 2023" })),
        ("PSComputerName", json!("localhost")),
        ("RunspaceId", json!("00000000-0000-0000-0000-000000000000")),
        ("ExchangeVersion", json!({ "ExchangeBuild": "System.Version", "Deep": [[[[[]]]]] })),
        ("Key", json!("System.Collections.Generic.Dictionary`2[System.String,System.Object]")),
        ("Count", json!(1.5e300)),
    ] {
        row[name] = value;
    }
    assert_eq!(policies(row.to_string().as_bytes()), policies(meeting().to_string().as_bytes()));
    // the same member twice: the last counts, as everywhere in JSON
    let twice = br#"{"Identity":"Global","AllowTranscription":true,"AllowTranscription":false}"#;
    assert_eq!(policies(twice)[0].transcription, Some(false));
}

#[test]
fn archives_that_would_fill_the_memory_are_refused_before_they_do() {
    let refused = |files: &[(&str, &[u8])]| {
        read(&app_packages::bundle(files), Some(Kind::SalesforcePackage)).unwrap_err()
    };
    // a file that is too large when it is unpacked
    let zeros = vec![b' '; 17 << 20];
    let bomb = refused(&[("profiles/Bomb.profile", &zeros)]);
    assert_eq!(bomb.code, "evidence.not_a_package");
    assert!(bomb.detail.starts_with("archive.unpacked_too_large"), "{bomb:?}");
    // more files than are ever retrieved at once
    let names: Vec<_> = (0..10_001).map(|n| format!("classes/C{n}.cls")).collect();
    let many: Vec<_> = names.iter().map(|name| (name.as_str(), b"".as_slice())).collect();
    let refusal = refused(&many);
    assert!(refusal.detail.starts_with("archive.too_many_entries"), "{refusal:?}");
    // names that leave their folder, or of which no system knows what they mean, whatever the file is
    for name in
        ["classes/../../up.cls", "/classes/C.cls", "classes\\C.cls", "c:C.cls", "a\u{202e}b"]
    {
        let refusal = refused(&[("profiles/P.profile", b"<Profile/>"), (name, b"x")]);
        assert!(refusal.detail.starts_with("archive."), "{name}: {refusal:?}");
    }
    let long = "n".repeat(300);
    assert!(refused(&[(&long, b"x")]).detail.starts_with("archive.path"));
    // an archive in an archive is a file like another
    let inner = app_packages::bundle(&[("profiles/In.profile", b"<Profile/>")]);
    assert_eq!(refused(&[("inner.zip", &inner)]).code, "evidence.empty");
    // entities in entities, and files of the machine
    for entity in ["<!ENTITY a \"&b;&b;\">", "<!ENTITY a SYSTEM \"file:///etc/passwd\">"] {
        let text = format!("<!DOCTYPE x [{entity}]><Profile><label>&a;</label></Profile>");
        let fault = refused(&[("profiles/X.profile", text.as_bytes())]);
        assert_eq!((fault.code, fault.place.as_str()), ("evidence.not_xml", "/profiles/X.profile"));
    }
    let latin = refused(&[("profiles/L.profile", b"<Profile>\xe9</Profile>")]);
    assert_eq!((latin.code, latin.place.as_str()), ("evidence.not_text", "/profiles/L.profile"));
}

/// As many permissions as fit into a file, all of one name, none of them on: each is looked at once.
#[test]
fn a_profile_full_of_one_permission_is_read_in_one_pass() {
    let one = "<userPermissions><name>ApiEnabled</name><enabled>false</enabled></userPermissions>";
    let text = format!("<Profile>{}</Profile>", one.repeat((2 << 20) / one.len() - 1));
    let bytes = app_packages::bundle(&[("profiles/Full.profile", text.as_bytes())]);
    // however small it packs
    let Ok(Content::Salesforce(package)) = read(&bytes, None) else { panic!() };
    assert!(!package.grants[0].api);
    let document = xml::read(&text, "Full.profile", &["userPermissions"]).unwrap();
    assert!(document.leaves.len() > 20_000);
    // what nobody asks for is read over, not kept
    let document = xml::read(&text, "Full.profile", &["label"]).unwrap();
    assert_eq!((document.root, document.leaves.len()), ("Profile", 0));
}

/// An organisation of some years: thousands of files, most of them nobody asks for, and profiles of megabytes.
#[test]
fn a_package_of_a_large_organisation_is_read_whole() {
    let field = |n| {
        format!(
            "<fieldPermissions><editable>true</editable><field>Account.F{n}__c</field><readable>true</readable></fieldPermissions>"
        )
    };
    let fields: String = (0..40_000).map(field).collect();
    let on = "<userPermissions><enabled>true</enabled><name>ApiEnabled</name></userPermissions>";
    let large = format!("<Profile>{fields}{on}</Profile>");
    assert!(large.len() > 4 << 20);
    let set = format!("<PermissionSet>{on}</PermissionSet>");
    let mut files = vec![("profiles/Large.profile".to_owned(), large)];
    files.extend((0..2500).map(|n| (format!("permissionsets/S{n}.permissionset"), set.clone())));
    files.extend((0..5000).map(|n| (format!("classes/C{n}.cls"), "class {}".to_owned())));
    let list: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    let bytes = app_packages::bundle(&list);
    let Ok(Content::Salesforce(package)) = read(&bytes, None) else { panic!() };
    assert_eq!(package.grants.len(), 2501);
    assert!(package.grants.iter().all(|one| one.api), "each is read to its end");
    // what is not asked for may be as large as it likes: it is not unpacked
    let noise = vec![0; 20 << 20];
    let both =
        [("staticresources/Big.resource", noise.as_slice()), ("profiles/P.profile", b"<Profile/>")];
    assert!(read(&app_packages::bundle(&both), None).is_ok());
    // more of a kind than are kept
    let names: Vec<_> = (0..=MAX_ROWS).map(|n| format!("p/P{n}.profile")).collect();
    let many: Vec<_> = names.iter().map(|name| (name.as_str(), b"<Profile/>".as_slice())).collect();
    let refused = read(&app_packages::bundle(&many), None).unwrap_err();
    assert_eq!(refused.code, "evidence.too_many_rows");
    // a package that was kept before layouts were read still reads
    let old = json!({ "applications": [], "grants": [], "enhanced_email": true, "shared_activities": null });
    let old: Package = serde_json::from_value(old).unwrap();
    assert_eq!((old.enhanced_email, old.layouts.len()), (Some(true), 0));
}

#[test]
fn hostile_packages_are_refused_with_the_entry() {
    let package = |name: &str, text: &str| {
        read(&app_packages::bundle(&[(name, text.as_bytes())]), None).unwrap_err()
    };
    let app = "connectedApps/X.connectedApp";
    let deep = "<a>".repeat(100);
    for text in [
        "<!DOCTYPE x [<!ENTITY a \"b\">]><ConnectedApp>&a;</ConnectedApp>",
        "<ConnectedApp><label>&unknown;</label></ConnectedApp>",
        "<ConnectedApp><label></ConnectedApp>",
        "<ConnectedApp>",
        "<a/><b/>",
        "<!-- open",
        "no xml",
        deep.as_str(),
    ] {
        let fault = package(app, text);
        assert_eq!(
            (fault.code, fault.place.as_str()),
            ("evidence.not_xml", "/connectedApps/X.connectedApp"),
            "{text}"
        );
    }
    assert_eq!(package("readme.txt", "hello").code, "evidence.empty");
    assert_eq!(package("../up.profile", "<Profile/>").code, "evidence.not_a_package");
    let long = vec![b' '; MAX_BYTES + 1];
    assert_eq!(read(&long, None).unwrap_err().code, "evidence.too_large");
    let large = [b"PK\x03\x04".as_slice(), &vec![0; MAX_PACKAGE]].concat();
    assert_eq!(read(&large, None).unwrap_err().code, "evidence.too_large");
}

#[test]
fn both_shapes_of_an_application_look_the_same_afterwards() {
    let old = "<ConnectedApp><label>Liaison</label><oauthConfig><consumerKey>k</consumerKey><isAdminApproved>true</isAdminApproved></oauthConfig>\
        <oauthPolicy><ipRelaxation>BYPASS</ipRelaxation><refreshTokenPolicy>infinite</refreshTokenPolicy></oauthPolicy>\
        <profileName>Seller</profileName><permissionsetName>Sales &amp; more</permissionsetName></ConnectedApp>";
    let new = "<ExtlClntAppOauthConfigurablePolicies><externalClientApplication>Liaison</externalClientApplication>\
        <permittedUsersPolicyType>AdminApprovedPreAuthorized</permittedUsersPolicyType><ipRelaxationPolicyType>Bypass</ipRelaxationPolicyType>\
        <refreshTokenPolicyType>Infinite</refreshTokenPolicyType><commaSeparatedProfile>Seller</commaSeparatedProfile>\
        <commaSeparatedPermissionSet>Sales &#38; more</commaSeparatedPermissionSet></ExtlClntAppOauthConfigurablePolicies>";
    let files = [
        ("a/Liaison.connectedApp-meta.xml", old.as_bytes()),
        ("b/Liaison_p.ecaOauthPlcy-meta.xml", new.as_bytes()),
    ];
    let Content::Salesforce(package) = read(&app_packages::bundle(&files), None).unwrap() else {
        panic!()
    };
    let [old, new] = package.applications.as_slice() else { panic!("{package:?}") };
    // with a prefix of the name space, and with what the archiver of macOS puts beside
    let prefixed = "<?xml version=\"1.0\"?><md:Profile xmlns:md=\"m\"><md:userPermissions><md:enabled>true</md:enabled>\
        <md:name>ApiEnabled</md:name></md:userPermissions></md:Profile>";
    let beside = [
        ("p/pkg__Sales%20Rep.profile-meta.xml", prefixed.as_bytes()),
        ("__MACOSX/p/._Admin.profile", b"\0\x05\x16\x07"),
        ("p/._Admin.profile", b"\0\x05\x16\x07"),
    ];
    let read = read(&app_packages::bundle(&beside), None).unwrap();
    let Content::Salesforce(Package { grants, .. }) = read else { panic!() };
    let [grant] = grants.as_slice() else { panic!("{grants:?}") };
    assert_eq!((grant.name.as_str(), grant.api), ("pkg__Sales Rep", true));
    assert_eq!((old.name.as_str(), old.external, new.external), (new.name.as_str(), false, true));
    assert_eq!((old.pre_authorized, &old.granted_to), (new.pre_authorized, &new.granted_to));
    assert!(old.ip.as_ref().unwrap().eq_ignore_ascii_case(new.ip.as_ref().unwrap()));
}

fn data(file: &Json) -> Result<DataPolicy, Fault> {
    let Content::DataPolicies(mut all) = read(file.to_string().as_bytes(), None)? else {
        return Err(Fault::new("", "evidence.other_kind", file.to_string()));
    };
    Ok(all.remove(0))
}

/// A policy as the cmdlet writes it with enough depth.
fn sorted(class: &str) -> Json {
    let id = "/providers/Microsoft.PowerApps/apis/shared_salesforce";
    json!({ "displayName": "P", "environmentType": "AllEnvironments", "defaultConnectorsClassification": "General",
        "connectorGroups": [{ "classification": class, "connectors": [{ "id": id, "name": "Salesforce" }] }] })
}

#[test]
fn what_was_cut_off_of_a_data_policy_never_lets_a_connector_pass() {
    let group = json!([{ "classification": "Blocked", "connectors": "System.Object[]" }]);
    for (name, cut) in [
        ("connectorGroups", json!("@{classification=Blocked; connectors=System.Object[]}")),
        ("connectorGroups", json!(["@{classification=Blocked; connectors=System.Object[]}"])),
        ("connectorGroups", group),
        (
            "connectorGroups",
            json!([{ "classification": "Blocked", "connectors": ["System.Object"] }]),
        ),
        (
            "connectorGroups",
            json!([{ "classification": "Blocked", "connectors": [{ "type": "x" }] }]),
        ),
        ("connectorGroups", json!(" ")),
        ("environments", json!("@{id=a; name=b} @{id=c; name=d}")),
        ("environments", json!(["System.Object"])),
    ] {
        let mut row = sorted("Blocked");
        row["environmentType"] = json!("OnlyEnvironments");
        row[name] = cut;
        let fault = data(&row).unwrap_err();
        assert_eq!(fault.code, "evidence.cut_off", "{row}");
        assert!(fault.detail.ends_with("-Depth 10") && fault.place.contains(name), "{fault:?}");
    }
    // the words of one object are whole
    let mut row = sorted("Blocked");
    let words = "@{id=/providers/Microsoft.PowerApps/apis/shared_salesforce; name=Salesforce; type=Microsoft.PowerApps/apis}";
    row["connectorGroups"][0]["connectors"] = json!([words]);
    assert_eq!(data(&row).unwrap().allows(), Some(false));
    // one alone, and a list as Windows PowerShell wraps it
    row["connectorGroups"] = json!({ "value": [row["connectorGroups"][0]], "Count": 1 });
    assert_eq!(data(&row).unwrap().allows(), Some(false));
}

#[test]
fn lists_that_are_not_in_the_file_leave_a_connector_unknown() {
    let selected = json!({ "displayName": "P", "environmentType": "AllEnvironments", "defaultConnectorsClassification": "General" });
    assert_eq!(data(&selected).unwrap().allows(), None);
    let mut row = sorted("General");
    row["connectorGroups"][0].as_object_mut().unwrap().remove("classification");
    assert_eq!(data(&row).unwrap().allows(), None);
    // named twice: the one that blocks counts, in whichever order
    for classes in [["General", "Blocked"], ["Blocked", "General"]] {
        let mut row = sorted(classes[0]);
        let other = sorted(classes[1])["connectorGroups"][0].clone();
        row["connectorGroups"].as_array_mut().unwrap().push(other);
        assert_eq!(data(&row).unwrap().allows(), Some(false));
    }
    // a policy for some environments that names none may be for any
    let mut row = sorted("Blocked");
    row["environmentType"] = json!("OnlyEnvironments");
    assert_eq!(data(&row).unwrap().covers(&["msdyn_viva"], true), None);
    row["environments"] = json!([{ "name": "00000000-0000-4000-8000-000000000001" }]);
    assert_eq!(data(&row).unwrap().covers(&["msdyn_viva"], true), None);
    assert_eq!(data(&row).unwrap().covers(&["Default-1"], false), Some(false));
    row["environments"][0]["displayName"] = json!("Sandbox");
    assert_eq!(data(&row).unwrap().covers(&["msdyn_viva"], true), Some(false));
    row["environments"][0]["displayName"] = json!("msdyn_viva");
    assert_eq!(data(&row).unwrap().covers(&["msdyn_viva"], true), Some(true));
}

#[test]
fn data_policies_of_the_older_cmdlet_and_interface_are_read() {
    let id = "/providers/Microsoft.PowerApps/apis/shared_salesforce";
    let older = |filter: Json, environments: Json| {
        json!([{ "PolicyName": "p", "Type": "apiPolicies", "DisplayName": "P", "BusinessDataGroup": [], "NonBusinessDataGroup": [],
            "BlockedGroup": [{ "id": id, "name": "Salesforce" }], "FilterType": filter, "Environments": environments }])
    };
    let wide = data(&older(Json::Null, Json::Null)).unwrap();
    assert_eq!((wide.reach, wide.allows()), (Reach::All, Some(false)));
    let some = data(&older(json!("include"), json!([{ "name": "msdyn_viva" }]))).unwrap();
    assert_eq!(some.covers(&["msdyn_viva"], true), Some(true));
    assert_eq!(data(&older(json!("exclude"), json!(["x"]))).unwrap().reach, Reach::Except);
    assert_eq!(
        data(&older(json!("sometimes"), Json::Null)).unwrap_err().code,
        "evidence.not_a_word"
    );
    let first = |groups: Json, default: &str| {
        json!({ "value": [{ "id": "i", "name": "n", "properties": { "displayName": "P", "definition": {
            "constraints": { "environmentFilter1": { "type": "environmentFilter", "parameters":
                { "filterType": "exclude", "environments": [{ "name": "Default-1" }] } } },
            "apiGroups": groups, "defaultApiGroup": default } } }] })
    };
    let hbi = json!({ "hbi": { "apis": [{ "id": id }] }, "lbi": { "apis": [] } });
    let policy = data(&first(hbi, "blocked")).unwrap();
    assert_eq!(
        (policy.reach, policy.allows(), policy.name.as_str()),
        (Reach::Except, Some(true), "P")
    );
    let none = json!({ "hbi": { "apis": [] }, "lbi": { "apis": [] } });
    assert_eq!(data(&first(none.clone(), "blocked")).unwrap().allows(), Some(false));
    assert_eq!(data(&first(none, "lbi")).unwrap().allows(), Some(true));
    let cut = json!({ "hbi": "@{apis=System.Object[]}", "lbi": { "apis": [] } });
    assert_eq!(data(&first(cut, "lbi")).unwrap_err().code, "evidence.cut_off");
    // one page of several is not all of them
    let paged = json!({ "value": [sorted("General")], "nextLink": "https://api.example/next" });
    assert_eq!(data(&paged).unwrap_err().code, "evidence.cut_off");
}

#[test]
fn several_documents_of_one_cmdlet_are_one_file_and_two_cmdlets_are_not() {
    let one = meeting().to_string();
    let two = json!({ "Identity": "Tag:Sales", "AllowTranscription": false }).to_string();
    for text in
        [format!("{one}\r\n{two}\r\n"), format!("[{one}]{two}"), format!("{one}\n\u{feff}{two}")]
    {
        assert_eq!(policies(text.as_bytes()).len(), 2, "{text}");
        assert_eq!(policies(&wide(&text, u16::to_le_bytes, &[0xff, 0xfe])).len(), 2);
    }
    let fault = |text: &str, kind| read(text.as_bytes(), kind).unwrap_err();
    // the same again is the same, something else is a question
    assert_eq!(policies(format!("{one}{one}").as_bytes()).len(), 1);
    let other = json!({ "Identity": "global", "AllowTranscription": false }).to_string();
    let twice = fault(&format!("{one}{other}"), None);
    assert_eq!((twice.code, twice.place.as_str()), ("evidence.twice", "/1"));
    let setup = json!({ "Identity": "Global", "AppPresetList": [] }).to_string();
    let mixed = fault(&format!("{one}\n{setup}"), None);
    assert_eq!((mixed.code, mixed.place.as_str()), ("evidence.other_kind", "/1"));
    let many = "{}".repeat(101);
    assert_eq!(fault(&many, None).code, "evidence.too_many_rows");
    // the place is that of the file
    let broken = fault(&format!("{one}\n{{\"a\": }}"), None);
    assert!(broken.detail.starts_with("line 2, column "), "{broken:?}");
}

#[test]
fn what_people_hand_in_by_mistake_is_called_by_its_name() {
    for (text, wanted) in [
        (
            "\"Identity\",\"Description\",\"AllowTranscription\"\r\n\"Global\",\"\",\"True\"\r\n",
            ("evidence.csv", "this is CSV"),
        ),
        ("#TYPE Microsoft.Rtc\r\n\"Identity\"\r\n", ("evidence.csv", "this is CSV")),
        (
            "Identity;AllowTranscription;Copilot\nGlobal;Vrai;Enabled\n",
            ("evidence.csv", "this is CSV"),
        ),
        ("<Objs Version=\"1.1.0.1\">", ("evidence.xml", "this is XML")),
        (
            "\r\n\r\nIdentity           : Global\r\nAllowTranscription : True\r\n",
            ("evidence.printed", "this is no JSON"),
        ),
    ] {
        for bytes in [text.as_bytes().to_vec(), wide(text, u16::to_le_bytes, &[0xff, 0xfe])] {
            let fault = read(&bytes, None).unwrap_err();
            assert_eq!(fault.code, wanted.0);
            assert!(
                fault.detail.contains(wanted.1) && fault.place.starts_with("/line "),
                "{fault:?}"
            );
        }
    }
    // the code page of Windows in Western Europe; what is no text stays none
    let french = b"{\"Identity\":\"Tag:\xc9quipe \x93Vente\x94\",\"AllowTranscription\":true}";
    assert_eq!(policies(french)[0].name, "Équipe “Vente”");
    assert_eq!(read(b"{\"Identity\":\"\x81\"}", None).unwrap_err().code, "evidence.not_text");
    assert_eq!(read(b"\x7fELF\x02\x01\x01\x00", None).unwrap_err().code, "evidence.printed");
}
