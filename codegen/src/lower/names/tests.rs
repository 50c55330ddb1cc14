//! The hardest names of the contracts, keywords, clashes, and the table.

use crate::diagnostic::{Location, SourceFile};

use super::{Kind, Scope, Table, polymorph, polymorph_variant};

fn check(kind: Kind, names: &[(&str, &str)]) {
    for (wire, rust) in names {
        assert_eq!(kind.rule(wire).as_deref(), Some(*rust), "{wire}");
    }
}

#[test]
fn fields_and_methods_read_like_words() {
    check(
        Kind::Field,
        &[
            // The field's own words.
            ("EMail", "email"),
            ("EMails", "emails"),
            ("EMailAddress", "email_address"),
            ("EMailSOInfo", "email_so_info"),
            ("SmtpEMailConnectionInfo", "smtp_email_connection_info"),
            ("GetFolderHasNewEMail", "get_folder_has_new_email"),
            ("SendEMails", "send_emails"),
            ("GetEMailAsStream", "get_email_as_stream"),
            ("EMailing", "e_mailing"),
            ("EMail2", "email2"),
            ("GetEMarketingUrl", "get_emarketing_url"),
            ("GetEmarketingStrictMode", "get_emarketing_strict_mode"),
            ("UDefFieldId", "udef_field_id"),
            ("UdefFieldId", "udef_field_id"),
            ("UDListDefinitionId", "ud_list_definition_id"),
            ("UdListDefinitionId", "ud_list_definition_id"),
            ("Html2Text", "html2text"),
            ("OAuthToken", "oauth_token"),
            ("OAuth2Token", "oauth2_token"),
            ("UseOAuth", "use_oauth"),
            ("ICalUid", "ical_uid"),
            ("iCal", "ical"),
            ("iOSVersion", "ios_version"),
            ("IPv4Address", "ipv4_address"),
            // Acronyms, with their plurals.
            ("CallerIDs", "caller_ids"),
            ("GetCallerIDsFromSelection", "get_caller_ids_from_selection"),
            ("GetMyCallerIDs", "get_my_caller_ids"),
            ("IDs", "ids"),
            ("Ids", "ids"),
            ("URLs", "urls"),
            ("VATs", "vats"),
            ("PDFsAndURLs", "pdfs_and_urls"),
            ("CallerIDHash", "caller_id_hash"),
            ("MessageID", "message_id"),
            ("MessageId", "message_id"),
            ("URL", "url"),
            ("URLName", "url_name"),
            ("VAT", "vat"),
            ("VATInfo", "vat_info"),
            ("VATNo", "vat_no"),
            ("SoftwareID", "software_id"),
            ("LCID", "lcid"),
            ("UID", "uid"),
            ("ERPName", "erp_name"),
            ("ERPQuoteListItemKey", "erp_quote_list_item_key"),
            ("MissingInCRM", "missing_in_crm"),
            ("HTMLBody", "html_body"),
            ("HtmlBody", "html_body"),
            ("IsMDOList", "is_mdo_list"),
            ("OSVersion", "os_version"),
            ("PNSHandle", "pns_handle"),
            ("TZLocationID", "tz_location_id"),
            ("PreferredTZLocation", "preferred_tz_location"),
            ("TimeZoneDSTRules", "time_zone_dst_rules"),
            (
                "ThreeLetterISOLanguageName",
                "three_letter_iso_language_name",
            ),
            ("UseSSL", "use_ssl"),
            ("HasMXRecord", "has_mx_record"),
            ("HasSPFRecord", "has_spf_record"),
            ("GetCRMScriptEntity", "get_crm_script_entity"),
            ("GetCSWwwFolder", "get_cs_www_folder"),
            ("GetWwwUrlForSMWeb", "get_www_url_for_sm_web"),
            (
                "GetLicenseForAllOwnersFromDB",
                "get_license_for_all_owners_from_db",
            ),
            ("GetUIDFromAppointmentId", "get_uid_from_appointment_id"),
            (
                "FigureOutListIdFromListTableIdAndUDListDefinitionId",
                "figure_out_list_id_from_list_table_id_and_ud_list_definition_id",
            ),
            ("XmlOrJson", "xml_or_json"),
            ("XOR", "xor"),
            // Short words that are no acronyms.
            ("IsOk", "is_ok"),
            ("AsIs", "as_is"),
            ("MrMrsId", "mr_mrs_id"),
            ("GetMrMrses", "get_mr_mrses"),
            ("Mrmrs", "mrmrs"),
            ("LeftX", "left_x"),
            ("UpperY", "upper_y"),
            ("Xstop", "xstop"),
            ("G", "g"),
            ("DtEnd", "dt_end"),
            ("InUse", "in_use"),
            ("To", "to"),
            ("DbiKey", "dbi_key"),
            ("EjUserId", "ej_user_id"),
            ("DoctmplId", "doctmpl_id"),
            ("DocTmplId", "doc_tmpl_id"),
            // Digits stay with what stands before them.
            ("Address1", "address1"),
            ("ExtraField5", "extra_field5"),
            ("Page1LineNo", "page1_line_no"),
            ("Post3", "post3"),
            ("Wgs84Latitude", "wgs84_latitude"),
            ("Rfc822", "rfc822"),
            ("Base64", "base64"),
            ("UTF8", "utf8"),
            ("UTF8Text", "utf8_text"),
            ("Iso8601Date", "iso8601_date"),
            ("B2BCustomer", "b2b_customer"),
            ("GetArchiveList2", "get_archive_list2"),
            (
                "FindFromRestrictionsColumnsOrderBy2",
                "find_from_restrictions_columns_order_by2",
            ),
            ("SetColumnWidthsV2", "set_column_widths_v2"),
            // Characters that identifiers do not have.
            ("already_snake", "already_snake"),
            ("With-Dash", "with_dash"),
            ("with.dot", "with_dot"),
            ("2FA", "_2fa"),
            ("Überschrift", "überschrift"),
            ("StraßenName", "straßen_name"),
            // Keywords.
            ("Type", "r#type"),
            ("Move", "r#move"),
            ("Match", "r#match"),
            ("Gen", "r#gen"),
            ("Yield", "r#yield"),
            ("Try", "r#try"),
            ("Self", "self_"),
            ("Super", "super_"),
            ("Crate", "crate_"),
            ("Union", "union"),
        ],
    );
}

#[test]
fn types_and_variants_keep_the_word() {
    check(
        Kind::Type,
        &[
            ("CRMScriptEntity", "CRMScriptEntity"),
            ("ETableRight", "ETableRight"),
            ("EMailSOInfo", "EMailSOInfo"),
            ("MDOListItem", "MDOListItem"),
            ("DSAParameters", "DSAParameters"),
            ("SoExceptionInfo", "SoExceptionInfo"),
            ("lowerCase", "LowerCase"),
            ("With_Underscore", "WithUnderscore"),
            ("with-dash", "WithDash"),
            ("2FA", "_2FA"),
            ("Self", "Self_"),
        ],
    );
    check(
        Kind::Variant,
        &[
            ("ANSI", "ANSI"),
            ("Ok", "Ok"),
            ("OK", "OK"),
            ("inDiary", "InDiary"),
            ("CustomerReadFAQ", "CustomerReadFAQ"),
            ("MsOffice2007Xml", "MsOffice2007Xml"),
            ("None", "None"),
            ("self", "Self_"),
        ],
    );
    check(
        Kind::Handle,
        &[
            ("License", "LicenseAgent"),
            ("EMail", "EMailAgent"),
            ("BLOB", "BLOBAgent"),
            ("SoPrincipal", "SoPrincipalAgent"),
        ],
    );
    check(
        Kind::Agent,
        &[
            ("EMail", "email"),
            ("BLOB", "blob"),
            ("AI", "ai"),
            ("MDO", "mdo"),
            ("CRMScript", "crm_script"),
            ("SoPrincipal", "so_principal"),
            ("FreeText", "free_text"),
            ("Move", "r#move"),
        ],
    );
    check(Kind::Args, &[("GetArchiveList2", "GetArchiveList2Args")]);
}

#[test]
fn constants_are_shouted() {
    check(
        Kind::Constant,
        &[
            ("Select", "SELECT"),
            ("RestrictedUpdate", "RESTRICTED_UPDATE"),
            ("UIHintMandatory", "UI_HINT_MANDATORY"),
            ("ObsERPDuplicate", "OBS_ERP_DUPLICATE"),
            ("adminGUI", "ADMIN_GUI"),
            ("CRMGUI", "CRM_GUI"),
            ("UndefinedValue128", "UNDEFINED_VALUE128"),
            ("Level0", "LEVEL0"),
            ("F", "F"),
            ("Type", "TYPE"),
            ("Self", "SELF"),
        ],
    );
    check(
        Kind::Shape,
        &[
            ("ArrayOfstring", "ARRAY_OF_STRING"),
            ("ArrayOfdateTime", "ARRAY_OF_DATE_TIME"),
            ("ArrayOfArrayOfstring", "ARRAY_OF_ARRAY_OF_STRING"),
            ("ArrayOfEMailAddress", "ARRAY_OF_EMAIL_ADDRESS"),
            ("ArrayOfCallerID", "ARRAY_OF_CALLER_ID"),
            ("ArrayOf", "ARRAY_OF"),
            ("StringDictionary", "STRING_DICTIONARY"),
            ("SoExceptionInfoParameters", "SO_EXCEPTION_INFO_PARAMETERS"),
        ],
    );
}

#[test]
fn polymorphs_leave_out_what_is_common() {
    assert_eq!(
        polymorph("FieldInfoBase", |_| false).as_deref(),
        Some("FieldInfo")
    );
    assert_eq!(
        polymorph("FieldInfoBase", |name| name == "FieldInfo").as_deref(),
        Some("AnyFieldInfo")
    );
    assert_eq!(polymorph("Shape", |_| false).as_deref(), Some("AnyShape"));
    assert_eq!(polymorph("Base", |_| false).as_deref(), Some("AnyBase"));

    let variant = |derived| polymorph_variant("FieldInfoBase", derived).unwrap();
    assert_eq!(variant("FieldInfoBase"), "Base");
    assert_eq!(variant("FieldInfoInt"), "Int");
    assert_eq!(variant("FieldInformation"), "FieldInformation");
    assert_eq!(variant("FieldInfo"), "FieldInfo");
    assert_eq!(variant("FieldInfo2"), "FieldInfo2");
    assert_eq!(variant("Stranger"), "Stranger");
}

#[test]
fn what_has_no_letters_is_not_named() {
    for wire in ["", "-", "_", "²"] {
        assert_eq!(Kind::Field.rule(wire), None, "{wire}");
        assert_eq!(Kind::Variant.rule(wire), None, "{wire}");
    }
}

#[test]
fn any_characters_give_an_identifier_or_nothing() {
    // Pieces that meet in unusual ways: rows of capitals, plurals, digits, scripts without case.
    let pieces = [
        "", "s", "A", "IDs", "EMail", "9", "_", "é", "ß", "İ", "字", "\u{301}", "x", "iOS",
    ];
    for a in pieces {
        for b in pieces {
            for c in pieces {
                let wire = format!("{a}{b}{c}");
                for kind in Kind::ALL {
                    if let Some(rust) = kind.rule(&wire) {
                        let parsed = syn::parse_str::<syn::Ident>(&rust);
                        assert!(parsed.is_ok(), "{kind:?} {wire} {rust}");
                    }
                }
            }
        }
    }
}

#[test]
fn clashes_are_reported_with_both_places() {
    let at = |offset| Location {
        span: offset..offset + 1,
        ..Location::default()
    };
    let (first, second, third) = (at(10), at(20), at(30));
    let mut found = Vec::new();
    let mut scope = Scope::new("the members of Person", &["extra"]);
    scope.claim(Kind::Field, "Url", "url", &first, &mut found);
    assert!(found.is_empty());
    scope.claim(Kind::Field, "URL", "url", &second, &mut found);
    scope.claim(Kind::Field, "Extra", "extra", &third, &mut found);
    let messages: Vec<_> = found.iter().map(|d| (d.code, &*d.message)).collect();
    assert_eq!(
        messages,
        [
            (
                "name-clash",
                "`URL` and `Url` would both be `url` in the members of Person"
            ),
            (
                "name-clash",
                "`Extra` would be `extra`, a name that is reserved in the members of Person"
            ),
        ]
    );
    assert_eq!(
        (found[0].at.span.start, found[0].others[0].0.span.start),
        (20, 10)
    );

    let mut inner = scope.within("the module");
    inner.claim(Kind::Args, "Urls", "url", &third, &mut found);
    inner.claim(Kind::Args, "Other", "other", &third, &mut found);
    assert_eq!(found.len(), 3);
}

fn parse(text: &str) -> Result<Table, Vec<String>> {
    Table::parse(&SourceFile::new("names.tsv", text)).map_err(|found| {
        found
            .iter()
            .map(|d| format!("{}..{}: {}", d.at.span.start, d.at.span.end, d.message))
            .collect()
    })
}

#[test]
fn a_table_reads_what_it_writes() {
    let text = "field\tURL\turl\r\n\n# why\ntype\tPerson\tPerson\nfield\tPerson/Url\turl_2\n";
    let table = parse(text).unwrap();
    assert_eq!(table.get(Kind::Field, "URL"), Some("url"));
    assert_eq!(table.get(Kind::Type, "URL"), None);
    let rendered = table.render();
    let lines: Vec<_> = rendered
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect();
    assert_eq!(
        lines,
        [
            "field\tPerson/Url\turl_2",
            "field\tURL\turl",
            "type\tPerson\tPerson"
        ]
    );
    assert_eq!(parse(&rendered).unwrap(), table);
    assert_eq!(table.iter().count(), 3);
}

#[test]
fn a_line_for_one_owner_comes_first() {
    let table = parse("field\tPerson/Url\thomepage\nfield\tUrl\turl\n").unwrap();
    assert_eq!(table.scoped_name(Kind::Field, "Person", "Url"), "homepage");
    assert_eq!(table.scoped_name(Kind::Field, "Contact", "Url"), "url");
    assert_eq!(table.scoped_name(Kind::Field, "Contact", "Name"), "name");
}

#[test]
fn each_wrong_line_of_a_table_is_reported() {
    let text = "field\tA\ta\nfield\tB\nfeild\tC\tc\nfield\tD\tno name\nfield\tA\tb\n\
                field\t\te\nfield\tF\ttype\nfield\tG\tr#self\n";
    assert_eq!(
        parse(text).unwrap_err(),
        [
            "10..17: expected a kind, a wire name and a Rust name with tabs between",
            "18..27: unknown kind of name `feild`, expected one of agent, args, constant, field, \
             handle, method, outputs, parameter, polymorph, polymorph-variant, shape, type, \
             variant, version",
            "28..43: `no name` is not a Rust identifier",
            "44..53: `A` is named twice",
            "54..62: the wire name is missing",
            "63..75: `type` is not a Rust identifier",
            "76..90: `r#self` is not a Rust identifier",
        ]
    );
}
