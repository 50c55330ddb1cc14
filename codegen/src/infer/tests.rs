//! Contracts of our own, inferred from pages of our own.

use super::*;
use crate::diagnostic::line_column;
use crate::read::operation_page;
use expect_test::{Expect, expect};

const NS: &str = "http://example.org/Services99";

/// A page with the given insides of the two wrappers; `n:` is the version's namespace.
fn page(operation: &str, bullets: &str, request: &str, response: &str) -> (String, String) {
    let envelope = |wrapper: &str, inside: &str| {
        format!(
            "```xml\n<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:x=\"{XSD}\" xmlns:z=\"{SERIALIZATION}\" xmlns:a=\"{SERIALIZATION}Arrays\" xmlns:n=\"{NS}\"><n:ApplicationToken/><n:Credentials/><s:Body>\n<n:{wrapper}>\n{inside}\n</n:{wrapper}>\n</s:Body></s:Envelope>\n```\n"
        )
    };
    let text = format!(
        "# Services99 Garden {operation}\n\n## {operation}\n\n{bullets}\n\n## {operation} Request\n\n{}\n## {operation} Response\n\n{}",
        envelope(operation, request),
        envelope(&format!("{operation}Response"), response)
    );
    (format!("{operation}.md"), text)
}

fn infer_all(pages: &[(String, String)]) -> Result<Vec<Inferred>, Vec<Diagnostic>> {
    let sources: Vec<SourceFile> = pages
        .iter()
        .map(|(name, text)| SourceFile::new(name.as_str(), text.as_str()))
        .collect();
    let read: Vec<OperationPage> = sources
        .iter()
        .map(|source| {
            let (page, diagnostics) = operation_page::read(source);
            assert!(diagnostics.is_empty(), "{diagnostics:#?}");
            page.expect("a title")
        })
        .collect();
    let pages: Vec<Page<'_>> = sources
        .iter()
        .zip(&read)
        .map(|(source, read)| Page { source, read })
        .collect();
    infer(&pages)
}

/// The contract in short, then the notes; or the contradictions.
fn check(pages: &[(String, String)], expect: Expect) {
    let mut shown = String::new();
    let line = |diagnostic: &Diagnostic| {
        let at = pages
            .iter()
            .find(|(name, _)| **name == *diagnostic.at.file)
            .map(|(_, text)| line_column(text, diagnostic.at.span.start));
        match at {
            Some((line, column)) => format!(
                "{}:{line}:{column} {}: {} {}\n",
                diagnostic.at.file, diagnostic.code, diagnostic.message, diagnostic.label
            ),
            None => format!("{}: {}\n", diagnostic.code, diagnostic.message),
        }
    };
    match infer_all(pages) {
        Ok(found) => {
            for inferred in found {
                shown += &show(&inferred.api);
                shown.extend(inferred.notes.iter().map(line));
            }
        }
        Err(diagnostics) => shown.extend(diagnostics.iter().map(line)),
    }
    // Messages without a label end in a blank.
    let shown: String = shown
        .lines()
        .map(|line| line.trim_end().to_owned() + "\n")
        .collect();
    expect.assert_eq(&shown);
}

fn show(api: &Api) -> String {
    let mut shown = String::new();
    for agent in &api.agents {
        for operation in &agent.operations {
            shown += &format!(
                "{} {}/{}({}) {}({})\n",
                api.version,
                agent.name,
                operation.name,
                show_fields(&operation.parameters),
                operation.response_element,
                show_fields(&operation.results)
            );
        }
    }
    for (name, ty) in api.types.iter().filter(|(_, ty)| ty.inferred) {
        let kind = match &ty.kind {
            TypeKind::Struct(s) => format!("{{ {} }}", show_fields(&s.fields)),
            TypeKind::Array(item) => format!("[{}]", show_field(item)),
            TypeKind::Dictionary(d) => {
                format!(
                    "{} {{ {} => {} }}",
                    d.entry,
                    show_field(&d.key),
                    show_field(&d.value)
                )
            }
            TypeKind::Enum(e) => show_members("one of", e),
            TypeKind::Flags(e) => show_members("set of", e),
        };
        let space = if name.namespace == api.namespace {
            ""
        } else {
            "another namespace's "
        };
        shown += &format!("{space}{} = {kind}\n", name.name);
    }
    shown
}

fn show_members(what: &str, e: &Enum) -> String {
    let names: Vec<&str> = e
        .members
        .iter()
        .map(|member| member.name.as_str())
        .collect();
    format!("{what} {names:?}")
}

fn show_fields(fields: &[Field]) -> String {
    fields.iter().map(show_field).collect::<Vec<_>>().join(", ")
}

/// `Name: type`, with `?` for nillable and `!` for required.
fn show_field(field: &Field) -> String {
    let ty = match &field.ty {
        TypeRef::Primitive(primitive) => primitive.wire_name(),
        TypeRef::Named(name) => &name.name,
    };
    let nil = if field.nillable { "?" } else { "" };
    let required = if field.required { "!" } else { "" };
    let text = field
        .documentation
        .as_ref()
        .map(|text| format!(" ({text})"))
        .unwrap_or_default();
    format!("{}: {ty}{nil}{required}{text}", field.name)
}

#[test]
fn five_pages_make_a_contract() {
    let pages: [(&str, &str); 5] = [
        (
            "1.md",
            include_str!("../../tests/pages/services83-customerservice-UpdateFeatureToggles.md"),
        ),
        (
            "2.md",
            include_str!("../../tests/pages/services86-appointment-SetActivityStatus.md"),
        ),
        (
            "3.md",
            include_str!("../../tests/pages/services86-batch-UpdateBatchTask.md"),
        ),
        (
            "4.md",
            include_str!(
                "../../tests/pages/services86-license-GetLicenseStatusFromLicenseServer.md"
            ),
        ),
        (
            "5.md",
            include_str!("../../tests/pages/services86-preference-UpdateNetServicesStatus.md"),
        ),
    ];
    let pages = pages.map(|(name, text)| (name.to_owned(), text.to_owned()));
    check(
        &pages,
        expect![[r#"
            Services83 CustomerService/UpdateFeatureToggles(FeatureToggles: ArrayOfCsFeatureToggle? (All switches that change.)) UpdateFeatureTogglesResponse()
            ArrayOfCsFeatureToggle = [CsFeatureToggle: CsFeatureToggle?]
            CsFeatureToggle = { Name: string?, State: boolean }
            unknown-bases: Services83: examples show no base types, no derived types and no inherited members that they leave out (structs: 1)
            assumed-nillable: Services83: assumed of every member that it may be left out, and of strings, binaries, structs, arrays and dictionaries that they may be nil
            Services86 Appointment/SetActivityStatus(ActivityIdentifier: ArrayOfstring? (Which activities, such as `appointment_id=7`.), ActivityStatus: ActivityStatus (Their new state.)) SetActivityStatusResponse()
            Services86 Batch/UpdateBatchTask(BatchTaskInfo: BatchTaskInfo? (The task with its changes.)) UpdateBatchTaskResponse(Response: BatchTaskInfo?)
            Services86 License/GetLicenseStatusFromLicenseServer(OwnerName: string? (The module owner.)) GetLicenseStatusFromLicenseServerResponse(Response: CheckLicenseStatusResult?)
            Services86 Preference/UpdateNetServicesStatus(XmlOrJson: string? (The state, as XML or as JSON.)) UpdateNetServicesStatusResponse()
            another namespace's ArrayOfstring = [string: string?]
            ActivityStatus = one of ["Unknown"]
            BatchTaskInfo = { Id: int, Name: string?, AssociateId: int, DetailsTable: short, DetailsRecord: int, IsSystemTask: boolean, IsInternalTask: boolean, ParameterObject: StringDictionary?, LastStarted: dateTime, Created: dateTime, StartCount: int, DatabaseSerialNumber: string?, Context: string?, Result: string?, State: BatchTaskState, Description: string?, Response: string?, Request: string?, ProgressDescription: string?, ProgressPercent: short }
            BatchTaskState = one of ["Unknown"]
            CheckLicenseStatusResult = { LicenseStatus: LicenseStatus, Message: string?, Url: string? }
            LicenseStatus = one of ["Ok"]
            StringDictionary = StringKeyValuePair { Key: string?! => Value: string?! }
            unknown-bases: Services86: examples show no base types, no derived types and no inherited members that they leave out (structs: 2)
            unknown-members: Services86: of enums the members shown are known, but not their numbers, other members, and whether they are flag sets (enums: 3, members: 3)
            assumed-nillable: Services86: assumed of every member that it may be left out, and of strings, binaries, structs, arrays and dictionaries that they may be nil
        "#]],
    );
}

#[test]
fn every_kind_of_type() {
    let request = r#"
<n:Name i:type="x:string"/>
<n:Grid i:type="a:ArrayOfArrayOfint"><a:ArrayOfint i:type="a:ArrayOfint"><a:int i:type="x:int">1</a:int></a:ArrayOfint></n:Grid>
<n:Days i:type="n:Weekdays">Mon Tue</n:Days>
<n:Nothing i:type="n:Tools"/>
<n:Bytes i:type="x:base64Binary"/>
<n:Took i:type="z:duration">PT0S</n:Took>
<n:Anything i:type="x:anyType"/>"#;
    let response = r#"
<n:Response i:type="n:Bed">
 <n:Id i:type="x:int">1</n:Id>
 <n:Kind i:type="n:BedKind">Raised</n:Kind>
 <n:Labels i:type="n:LabelDictionary"><n:Label><n:Key i:type="x:string"/><n:Value i:nil="true"/></n:Label><n:Label><n:Key i:type="x:string"/><n:Value i:type="x:dateTime"/></n:Label></n:Labels>
 <n:Inner i:type="n:ArrayOfBed"><n:Bed i:type="n:Bed"><n:Id i:nil="true"/><n:Extra i:nil="true"/></n:Bed><n:Bed i:nil="true"/></n:Inner>
</n:Response>
<n:Count i:type="x:long">1</n:Count>"#;
    check(
        &[page(
            "Plan",
            "* **name:** Which.\n* **days:**\n* **gone:** Not sent.",
            request,
            response,
        )],
        expect![[r#"
            Services99 Garden/Plan(Name: string? (Which.), Grid: ArrayOfArrayOfint?, Days: Weekdays, Nothing: Tools, Bytes: base64Binary?, Took: duration, Anything: anyType?) PlanResponse(Response: Bed?, Count: long)
            ArrayOfBed = [Bed: Bed?]
            Bed = { Id: int, Kind: BedKind, Labels: LabelDictionary?, Inner: ArrayOfBed?, Extra: anyType? }
            BedKind = one of ["Raised"]
            LabelDictionary = Label { Key: string?! => Value: dateTime! }
            Tools = set of []
            Weekdays = set of ["Mon", "Tue"]
            another namespace's ArrayOfArrayOfint = [ArrayOfint: ArrayOfint?]
            another namespace's ArrayOfint = [int: int]
            Plan.md:7:13 unknown-parameter: the page describes a parameter `gone` that its request does not have
            Plan.md:18:1 unknown-content: every example of type `Tools` is empty
            Plan.md:35:74 nil-value: `Value` of type `LabelDictionary` is nil here, though values of its type never are
            Plan.md:36:55 nil-value: `Id` of type `Bed` is nil here, though values of its type never are
            Plan.md:36:75 unknown-type: no example shows the type of `Extra` of type `Bed`
            unknown-bases: Services99: examples show no base types, no derived types and no inherited members that they leave out (structs: 1)
            unknown-members: Services99: of enums the members shown are known, but not their numbers, other members, and whether they are flag sets (enums: 1, members: 1)
            assumed-nillable: Services99: assumed of every member that it may be left out, and of strings, binaries, structs, arrays and dictionaries that they may be nil
        "#]],
    );
}

#[test]
fn pages_complete_each_other() {
    let first = page(
        "First",
        "",
        r#"<n:Bed i:type="n:Bed"><n:Id i:nil="true"/><n:Kind i:type="n:BedKind">Flat</n:Kind></n:Bed>"#,
        r#"<n:Response i:type="n:ArrayOfPlant"/>"#,
    );
    let second = page(
        "Second",
        "",
        r#"<n:Bed i:type="n:Bed"><n:Id i:type="x:int"/><n:Size i:type="x:double">1</n:Size><n:Kind i:type="n:BedKind">Raised</n:Kind></n:Bed>"#,
        r#"<n:Response i:type="n:Plant"><n:Name i:type="x:string"/></n:Response>"#,
    );
    let pages = [second.clone(), first.clone()];
    check(
        &pages,
        expect![[r#"
            Services99 Garden/First(Bed: Bed?) FirstResponse(Response: ArrayOfPlant?)
            Services99 Garden/Second(Bed: Bed?) SecondResponse(Response: Plant?)
            ArrayOfPlant = [Plant: Plant?]
            Bed = { Id: int, Size: double, Kind: BedKind }
            BedKind = one of ["Flat", "Raised"]
            Plant = { Name: string? }
            First.md:12:23 nil-value: `Id` of type `Bed` is nil here, though values of its type never are
            unknown-bases: Services99: examples show no base types, no derived types and no inherited members that they leave out (structs: 2)
            unknown-members: Services99: of enums the members shown are known, but not their numbers, other members, and whether they are flag sets (enums: 1, members: 2)
            assumed-nillable: Services99: assumed of every member that it may be left out, and of strings, binaries, structs, arrays and dictionaries that they may be nil
        "#]],
    );
    let same =
        |a: &[Inferred], b: &[Inferred]| a.iter().map(|i| &i.api).eq(b.iter().map(|i| &i.api));
    let reversed = infer_all(&[first, second]).expect("no contradiction");
    assert!(same(
        &infer_all(&pages).expect("no contradiction"),
        &reversed
    ));
}

#[test]
fn contradictions_are_mistakes() {
    let check = |first: &str, second: &str, expect: Expect| {
        check(
            &[page("A", "", first, ""), page("B", "", second, "")],
            expect,
        );
    };
    check(
        r#"<n:T i:type="n:T"><n:A i:type="x:int"/><n:B i:type="x:int"/></n:T>"#,
        r#"<n:T i:type="n:T"><n:B i:type="x:int"/><n:A i:type="x:int"/></n:T>"#,
        expect![[r#"
            B.md:12:1 conflicting-order: examples disagree on the order of the members of type `T` `B` before `A` here
        "#]],
    );
    check(
        r#"<n:T i:type="n:T"><n:A i:type="x:int"/></n:T>"#,
        r#"<n:T i:type="n:T"><n:A i:type="x:string"/></n:T>"#,
        expect![[r#"
            B.md:12:19 conflicting-examples: examples disagree on the type of `A` in `T` `string` here
        "#]],
    );
    check(
        r#"<n:T i:type="n:T"><n:A i:type="x:int"/></n:T>"#,
        r#"<n:T i:type="n:T">Word</n:T>"#,
        expect![[r#"
            B.md:12:1 conflicting-examples: examples disagree on what type `T` is text here
        "#]],
    );
    check(
        r#"<n:T i:type="n:T"><n:A i:type="x:int"/><n:B i:type="x:int"/><n:A i:type="x:int"/></n:T>"#,
        r#"<a:T i:type="x:string"/>"#,
        expect![[r#"
            A.md:12:61 repeated-element: `A` stands twice in `T` again here
            B.md:12:1 unexpected-namespace: `T` is in the namespace `http://schemas.microsoft.com/2003/10/Serialization/Arrays` expected `http://example.org/Services99`, as its parent's type is of
        "#]],
    );
    check(
        r#"<n:T i:type="x:wrong"/><n:U i:type="q:T"/>"#,
        r#"<n:T><n:A/></n:T><n:U i:type="x:int"><n:A/></n:U>"#,
        expect![[r#"
            A.md:12:14 unsupported-type: the simple type `wrong` is not supported
            A.md:12:37 unknown-prefix: `q:T` names a type in no declared namespace
            B.md:12:1 nameless-type: `T` holds elements and has no `xsi:type`, so its type has no name
            B.md:12:38 unexpected-element: an element inside a value of type `int`
        "#]],
    );
}

#[test]
fn the_mark_survives_the_canonical_form() {
    let request = r#"<n:Bed i:type="n:Bed"><n:Id i:type="x:int"/></n:Bed><n:Kind i:type="n:BedKind">Flat</n:Kind><n:Days i:type="n:Days">Mon Tue</n:Days><n:Names i:type="a:ArrayOfstring"/><n:Map i:type="n:Map"><n:E><n:Key i:type="x:int"/><n:Value i:type="x:int"/></n:E></n:Map>"#;
    let inferred = infer_all(&[page("Plan", "", request, "")])
        .expect("no contradiction")
        .remove(0);
    let files: Vec<SourceFile> = crate::canonical::write(&inferred.api)
        .into_iter()
        .map(|(name, text)| SourceFile::new(name, text))
        .collect();
    let types = files
        .iter()
        .find(|file| &*file.name == "types.xsd")
        .expect("there are types");
    assert_eq!(types.text.matches("urn:superoffice-rs:inferred").count(), 4);
    let again = crate::read::read_version(&files).expect("canonical documents are readable");
    assert_eq!(again, inferred.api);
    assert!(again.agents[0].operations[0].inferred);
}

#[test]
fn a_wsdl_counts_more_than_a_page() {
    let infer_one = |operation: &str, request: &str| {
        infer_all(&[page(operation, "", request, "")])
            .expect("no contradiction")
            .remove(0)
    };
    let bed = r#"<n:Bed i:type="n:Bed"><n:Id i:type="x:int"/><n:Kind i:type="n:Kind">Flat</n:Kind></n:Bed>"#;
    let wide = r#"<n:Bed i:type="n:Bed"><n:Id i:type="x:int"/><n:Wide i:type="x:int"/><n:Kind i:type="n:Kind">Raised</n:Kind></n:Bed>"#;
    let check = |standing: &Api, inferred: Inferred, expect: Expect| -> Api {
        let before = inferred.notes.len();
        let Inferred { api, notes } = add(standing, inferred);
        let notes: String = notes[before..]
            .iter()
            .map(|note| format!("{}: {}\n", note.code, note.message))
            .collect();
        expect.assert_eq(&(show(&api) + &notes));
        api
    };
    // Inferred before: what was seen then and now joins.
    let first = infer_one("Dig", bed).api;
    let second = check(
        &first,
        infer_one("Rake", wide),
        expect![[r#"
        Services99 Garden/Dig(Bed: Bed?) DigResponse()
        Services99 Garden/Rake(Bed: Bed?) RakeResponse()
        Bed = { Id: int, Wide: int, Kind: Kind }
        Kind = one of ["Flat", "Raised"]
    "#]],
    );
    check(
        &second,
        infer_one("Dig", wide),
        expect![[r#"
        Services99 Garden/Dig(Bed: Bed?) DigResponse()
        Services99 Garden/Rake(Bed: Bed?) RakeResponse()
        Bed = { Id: int, Wide: int, Kind: Kind }
        Kind = one of ["Flat", "Raised"]
    "#]],
    );
    // Stated by a WSDL: it stays as it is.
    let mut stated = first;
    for operation in &mut stated.agents[0].operations {
        operation.inferred = false;
    }
    for ty in stated.types.values_mut() {
        ty.inferred = false;
    }
    let both = check(
        &stated,
        infer_one("Rake", wide),
        expect![[r#"
        Services99 Garden/Dig(Bed: Bed?) DigResponse()
        Services99 Garden/Rake(Bed: Bed?) RakeResponse()
        page-disagrees: the contract's type `Bed` lacks `Wide`
        page-disagrees: the contract's type `Kind` lacks `Raised`
    "#]],
    );
    assert_eq!(both.types, stated.types);
    let same = check(
        &stated,
        infer_one("Dig", r#"<n:Other i:type="x:int"/>"#),
        expect![[r#"
        Services99 Garden/Dig(Bed: Bed?) DigResponse()
        page-disagrees: the page of `Garden/Dig` shows other parameters or results than the contract
    "#]],
    );
    assert_eq!(same, stated);
}

#[test]
fn agreement_with_a_wsdl_is_counted() {
    let request = r#"<n:Bed i:type="n:Bed"><n:Id i:type="x:int"/><n:Kind i:type="n:Kind">Flat</n:Kind></n:Bed><n:Days i:type="n:Days">Mon</n:Days>"#;
    let inferred = infer_all(&[page("Dig", "", request, ""), page("Rake", "", "", "")])
        .expect("no contradiction")
        .remove(0)
        .api;
    let mut stated = inferred.clone();
    assert_eq!(
        agreement(&stated, &inferred).differences,
        Vec::<String>::new()
    );
    // What pages cannot show, and one thing that they show otherwise.
    for (name, ty) in &mut stated.types {
        match (name.name.as_str(), &mut ty.kind) {
            ("Bed", TypeKind::Struct(s)) => {
                s.base = Some(TypeName::new(NS, "Carrier"));
                s.fields.reverse();
            }
            ("Kind", TypeKind::Enum(e)) => {
                let mut other = e.members[0].clone();
                other.name = "Raised".to_owned();
                e.members.push(other);
            }
            ("Days", kind) => {
                *kind = TypeKind::Flags(Enum {
                    members: Vec::new(),
                    actual_type: None,
                })
            }
            _ => {}
        }
    }
    stated.agents[0].operations[1].response_element = "Raked".to_owned();
    expect![[r#"
        Agreement {
            operations: Agrees {
                equal: 1,
                all: 2,
            },
            structs: Agrees {
                equal: 0,
                all: 1,
            },
            arrays: Agrees {
                equal: 0,
                all: 0,
            },
            dictionaries: Agrees {
                equal: 0,
                all: 0,
            },
            enums: Agrees {
                equal: 1,
                all: 1,
            },
            flag_sets: Agrees {
                equal: 0,
                all: 1,
            },
            members: Agrees {
                equal: 1,
                all: 2,
            },
            differences: [
                "Garden/Rake",
                "Bed",
            ],
        }
    "#]]
    .assert_debug_eq(&agreement(&stated, &inferred));
}
