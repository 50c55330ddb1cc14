//! Documents that are wrong or not supported: each mistake is told with its place, all at once.

use expect_test::{Expect, expect};
use superoffice_codegen::diagnostic::SourceFile;
use superoffice_codegen::read;

use crate::{obstacle_course, show};

/// One agent with one operation, the smallest contract there is.
const SMALL: &str = r#"<definitions name="WcfBell" targetNamespace="http://example.org/Services99"
    xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:tns="http://example.org/Services99"
    xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:xs="http://www.w3.org/2001/XMLSchema"
    xmlns:soap12="http://schemas.xmlsoap.org/wsdl/soap12/">
  <types>
    <xs:schema targetNamespace="http://example.org/Services99" elementFormDefault="qualified">
      <xs:element name="Ring"><xs:complexType><xs:sequence>
        <xs:element name="Times" type="xs:int" minOccurs="0"/>
      </xs:sequence></xs:complexType></xs:element>
      <xs:element name="RingResponse"><xs:complexType><xs:sequence>
        <xs:element name="Response" type="tns:Tone" minOccurs="0" nillable="true"/>
      </xs:sequence></xs:complexType></xs:element>
      <xs:element name="Token" type="xs:string" nillable="true"/>
      <xs:complexType name="Tone">
        <xs:sequence>
          <xs:element name="Pitch" type="tns:Pitch" minOccurs="0"/>
        </xs:sequence>
      </xs:complexType>
      <xs:simpleType name="Pitch">
        <xs:restriction base="xs:string">
          <xs:enumeration value="Low"/>
          <xs:enumeration value="High"/>
        </xs:restriction>
      </xs:simpleType>
    </xs:schema>
  </types>
  <message name="RingIn"><part name="parameters" element="tns:Ring"/></message>
  <message name="RingOut"><part name="parameters" element="tns:RingResponse"/></message>
  <message name="Headers"><part name="Token" element="tns:Token"/></message>
  <portType name="Bell">
    <operation name="Ring"><input message="tns:RingIn"/><output message="tns:RingOut"/></operation>
  </portType>
  <binding name="BasicHttpBinding_Bell" type="tns:Bell">
    <soap:binding transport="http://schemas.xmlsoap.org/soap/http"/>
    <operation name="Ring">
      <soap:operation soapAction="http://example.org/Services99/Bell/Ring"/>
      <input>
        <soap:header message="tns:Headers" part="Token" use="literal"/>
        <soap:body use="literal"/>
      </input>
      <output><soap:body use="literal"/></output>
    </operation>
  </binding>
  <service name="WcfBell">
    <port name="BasicHttpBinding_Bell" binding="tns:BasicHttpBinding_Bell">
      <soap:address location="http://example.org/Bell.svc"/>
    </port>
  </service>
</definitions>
"#;

#[track_caller]
fn check(files: &[SourceFile], expected: Expect) {
    match read::read(files) {
        Ok(_) => panic!("read without a mistake"),
        Err(list) => expected.assert_eq(&show(files, &list)),
    }
}

/// The small contract with one text put for another.
#[track_caller]
fn with(from: &str, to: &str) -> [SourceFile; 1] {
    assert_eq!(SMALL.matches(from).count(), 1, "{from}");
    [SourceFile::new("Bell.wsdl", SMALL.replace(from, to))]
}

const PITCH: &str = r#"<xs:element name="Pitch" type="tns:Pitch" minOccurs="0"/>"#;

#[test]
fn small_contract_is_right() {
    assert!(read::read(&[SourceFile::new("Bell.wsdl", SMALL)]).is_ok());
}

#[test]
fn choice() {
    let choice = format!("<xs:choice>{PITCH}</xs:choice>");
    check(
        &with(PITCH, &choice),
        expect![[r#"
        unsupported-element: `xs:choice` is not supported in a sequence
          Bell.wsdl:16:11 [<xs:choice] not supported
          help: a sequence may hold `xs:element`
    "#]],
    );
}

#[test]
fn retired_what_the_contract_needs() {
    let retired = r#"<xs:simpleType name="Pitch"><xs:annotation><xs:appinfo><retired xmlns="urn:superoffice-rs:retired" drop="last week" after="0.1.0"/></xs:appinfo></xs:annotation>"#;
    check(
        &with(r#"<xs:simpleType name="Pitch">"#, retired),
        expect![[r#"
            retired-type: type `Pitch (http://example.org/Services99)` is marked as retired, and the contract needs it
              Bell.wsdl:19:28 [Pitch] marked here
              Bell.wsdl:14:29 [Tone] needed here
              help: take the mark away, or import the drop again
            bad-value: `drop` is `last week`
              Bell.wsdl:19:112 [last week] expected a date or the number of a release
        "#]],
    );
}

#[test]
fn all_groups_and_attributes() {
    let tone = r#"<xs:complexType name="Tone">
        <xs:sequence>
          <xs:element name="Pitch" type="tns:Pitch" minOccurs="0"/>
        </xs:sequence>"#;
    let all = r#"<xs:complexType name="Tone"><xs:all/><xs:attribute name="a" type="xs:int"/>"#;
    check(
        &with(tone, all),
        expect![[r#"
        unsupported-element: `xs:all` is not supported in a complex type
          Bell.wsdl:14:35 [<xs:all] not supported
          help: a complex type may hold one `xs:sequence`, or `xs:complexContent` with an `xs:extension`
        unsupported-element: `xs:attribute` is not supported in a complex type
          Bell.wsdl:14:44 [<xs:attribute] not supported
          help: a complex type may hold one `xs:sequence`, or `xs:complexContent` with an `xs:extension`
    "#]],
    );
}

#[test]
fn rpc_style() {
    let rpc = r#"soapAction="http://example.org/Services99/Bell/Ring" style="rpc"/>"#;
    let files = with(
        r#"soapAction="http://example.org/Services99/Bell/Ring"/>"#,
        rpc,
    );
    check(
        &files,
        expect![[r#"
        unsupported-attribute: `style="rpc"` is not supported on `soap:operation`
          Bell.wsdl:36:76 [style="rpc"] expected `document`
    "#]],
    );
}

#[test]
fn encoded_use() {
    let files = with(
        r#"<output><soap:body use="literal"/>"#,
        r#"<output><soap:body use="encoded" encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"/>"#,
    );
    check(
        &files,
        expect![[r#"
        unsupported-attribute: `use="encoded"` is not supported on `soap:body`
          Bell.wsdl:41:26 [use="encoded"] expected `literal`
        unsupported-attribute: `encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"` is not supported on `soap:body`
          Bell.wsdl:41:40 [encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"] may change the meaning, and is not supported
    "#]],
    );
}

#[test]
fn soap_12_by_namespace_not_by_prefix() {
    let files = with("<soap:binding", "<soap12:binding");
    check(
        &files,
        expect![[r#"
        unsupported-binding: a SOAP 1.2 binding is not supported
          Bell.wsdl:34:5 [<soap12:binding] SOAP 1.2 by its namespace
          help: a SOAP 1.1 binding has a `binding` element in `http://schemas.xmlsoap.org/wsdl/soap/`
    "#]],
    );
    // With the prefix of the other version and the right namespace all is well.
    let renamed = SMALL.replace("soap12", "none").replace("soap:", "soap12:");
    let renamed = renamed.replace("xmlns:soap=", "xmlns:soap12=");
    assert!(read::read(&[SourceFile::new("Bell.wsdl", renamed)]).is_ok());
}

#[test]
fn missing_type() {
    let files = with(r#"type="tns:Pitch""#, r#"type="tns:Colour""#);
    check(
        &files,
        expect![[r#"
        missing-type: there is no type `Colour (http://example.org/Services99)`
          Bell.wsdl:16:42 [tns:Colour] not declared in this document or one that it includes
    "#]],
    );
}

#[test]
fn unknown_primitive_and_undeclared_prefix() {
    check(
        &with(r#"type="tns:Pitch""#, r#"type="xs:gYear""#),
        expect![[r#"
        unsupported-type: the simple type `gYear (http://www.w3.org/2001/XMLSchema)` is not supported
          Bell.wsdl:16:42 [xs:gYear] not supported
          help: supported are the types that .NET's data contracts use: string, boolean, the numbers, decimal, dateTime, base64Binary, anyType, anyURI, QName, and duration, guid, char
    "#]],
    );
    check(
        &with(r#"type="tns:Pitch""#, r#"type="q1:Pitch""#),
        expect![[r#"
        unknown-prefix: prefix `q1` is not declared
          Bell.wsdl:16:42 [q1:Pitch] no `xmlns` declares this prefix here
    "#]],
    );
}

#[test]
fn missing_base_and_circle_of_bases() {
    let sequence = r#"<xs:sequence>
          <xs:element name="Pitch" type="tns:Pitch" minOccurs="0"/>
        </xs:sequence>"#;
    let derived = |base: &str| {
        format!("<xs:complexContent><xs:extension base=\"{base}\"/></xs:complexContent>")
    };
    check(
        &with(sequence, &derived("tns:Sound")),
        expect![[r#"
        missing-type: there is no type `Sound (http://example.org/Services99)`
          Bell.wsdl:15:48 [tns:Sound] not declared in this document or one that it includes
    "#]],
    );
    check(
        &with(sequence, &derived("tns:Tone")),
        expect![[r#"
        bad-base: type `Tone (http://example.org/Services99)`: the type is its own base
          Bell.wsdl:14:29 [Tone] derived here
          Bell.wsdl:14:29 [Tone] the base
    "#]],
    );
    check(
        &with(sequence, &derived("tns:Pitch")),
        expect![[r#"
        bad-base: type `Tone (http://example.org/Services99)`: the base is not a struct
          Bell.wsdl:14:29 [Tone] derived here
          Bell.wsdl:17:28 [Pitch] the base
    "#]],
    );
}

#[test]
fn duplicate_operation() {
    let operation = r#"<operation name="Ring"><input message="tns:RingIn"/><output message="tns:RingOut"/></operation>"#;
    let twice = format!("{operation}\n    {operation}");
    check(
        &with(operation, &twice),
        expect![[r#"
        duplicate-operation: operation `Ring` is there twice
          Bell.wsdl:32:22 [Ring] again here
          Bell.wsdl:31:22 [Ring] first here
    "#]],
    );
}

#[test]
fn duplicates_in_a_schema() {
    let files = with(PITCH, &format!("{PITCH}{PITCH}"));
    check(
        &files,
        expect![[r#"
        duplicate-element: element `Pitch` stands twice in one sequence
          Bell.wsdl:16:86 [Pitch] again here
          Bell.wsdl:16:29 [Pitch] first here
    "#]],
    );
    let low = r#"<xs:enumeration value="Low"/>"#;
    check(
        &with(low, &format!("{low}{low}")),
        expect![[r#"
        duplicate-member: member `Low` stands twice
          Bell.wsdl:21:63 [Low] again here
          Bell.wsdl:21:34 [Low] first here
    "#]],
    );
    let pitch = r#"<xs:simpleType name="Pitch">"#;
    check(
        &with(pitch, &format!(r#"<xs:complexType name="Pitch"/>{pitch}"#)),
        expect![[r#"
        duplicate-type: type `Pitch (http://example.org/Services99)` is there twice
          Bell.wsdl:19:58 [Pitch] again here
          Bell.wsdl:19:29 [Pitch] first here
    "#]],
    );
}

#[test]
fn attributes_that_change_the_meaning() {
    let changed = r#"<xs:element name="Pitch" type="tns:Pitch" minOccurs="2" maxOccurs="9" fixed="Low" form="unqualified"/>
          <xs:element ref="tns:Token"/>"#;
    check(
        &with(PITCH, changed),
        expect![[r#"
        unsupported-repetition: `minOccurs="2"` is not supported
          Bell.wsdl:16:64 [2] expected `0` or `1`
        unsupported-repetition: `maxOccurs="9"` is not supported
          Bell.wsdl:16:78 [9] expected `1` or `unbounded`
        unsupported-attribute: `fixed="Low"` is not supported on `xs:element`
          Bell.wsdl:16:81 [fixed="Low"] may change the meaning, and is not supported
        unsupported-attribute: `form="unqualified"` is not supported on `xs:element`
          Bell.wsdl:16:93 [form="unqualified"] may change the meaning, and is not supported
        unsupported-attribute: `ref="tns:Token"` is not supported on `xs:element`
          Bell.wsdl:17:23 [ref="tns:Token"] may change the meaning, and is not supported
    "#]],
    );
}

#[test]
fn unqualified_elements() {
    let files = with(r#" elementFormDefault="qualified""#, "");
    check(
        &files,
        expect![[r#"
        unqualified-elements: the schema's local elements have no namespace
          Bell.wsdl:6:5 [<xs:schema] expected `elementFormDefault="qualified"`
    "#]],
    );
}

#[test]
fn repetition_outside_an_array() {
    let many = r#"<xs:element name="Pitch" type="tns:Pitch" minOccurs="0" maxOccurs="unbounded"/>
          <xs:element name="Volume" type="xs:int" minOccurs="0"/>"#;
    check(
        &with(PITCH, many),
        expect![[r#"
        unsupported-repetition: `Pitch` repeats outside an array
          Bell.wsdl:16:78 [unbounded] not supported here
          help: an array is a named type with a sequence of this one element
    "#]],
    );
}

#[test]
fn nested_anonymous_type() {
    let nested = r#"<xs:element name="Pitch" minOccurs="0"><xs:complexType><xs:sequence/></xs:complexType></xs:element>"#;
    check(
        &with(PITCH, nested),
        expect![[r#"
        unsupported-element: `xs:complexType` is not supported in an element of a sequence
          Bell.wsdl:16:50 [<xs:complexType] not supported
          help: name the type and refer to it; only the entry of a dictionary has an anonymous type
    "#]],
    );
}

#[test]
fn element_without_a_type() {
    check(
        &with(r#" type="tns:Pitch""#, ""),
        expect![[r#"
        missing-attribute: the element states no type
          Bell.wsdl:16:11 [<xs:element] `type` is missing
    "#]],
    );
}

#[test]
fn dictionary_that_is_none() {
    let marked = r#"<xs:complexType name="Tone">
        <xs:annotation><xs:appinfo>
          <IsDictionary xmlns="http://schemas.microsoft.com/2003/10/Serialization/">true</IsDictionary>
          <Colour xmlns="http://schemas.microsoft.com/2003/10/Serialization/">red</Colour>
        </xs:appinfo></xs:annotation>"#;
    check(
        &with(r#"<xs:complexType name="Tone">"#, marked),
        expect![[r#"
        unsupported-dictionary: the type is marked `IsDictionary` and is not shaped like one
          Bell.wsdl:14:29 [Tone] not the shape of a dictionary
          help: a dictionary is a sequence of one element with `minOccurs="0"` and `maxOccurs="unbounded"`, of an anonymous type with a key and a value
        unsupported-element: `Colour` is not supported in this `xs:appinfo`
          Bell.wsdl:17:11 [<Colour] not supported
          help: known are `IsDictionary` and `IsValueType` of a complex type, `ActualType` of an enum, `EnumerationValue` of a member
    "#]],
    );
}

#[test]
fn enums_that_are_none() {
    let restriction = r#"<xs:restriction base="xs:string">
          <xs:enumeration value="Low"/>"#;
    let other = r#"<xs:restriction base="xs:int"><xs:pattern value="a+"/>
          <xs:enumeration value="Low "/>"#;
    check(
        &with(restriction, other),
        expect![[r#"
        unsupported-type: a restriction of `xs:int` is not supported
          Bell.wsdl:20:31 [xs:int] expected XML Schema's `string`
          help: a simple type is an enum (an `xs:restriction` of `xs:string` with `xs:enumeration`s) or an `xs:list` of one
        unsupported-element: `xs:pattern` is not supported in a restriction
          Bell.wsdl:20:39 [<xs:pattern] not supported
          help: a simple type is an enum (an `xs:restriction` of `xs:string` with `xs:enumeration`s) or an `xs:list` of one
        bad-name: `Low ` cannot name a member
          Bell.wsdl:21:34 [Low ] expected text without blanks around it
    "#]],
    );
}

#[test]
fn message_and_part_that_are_missing() {
    check(
        &with(r#"message="tns:RingOut""#, r#"message="tns:Ringing""#),
        expect![[r#"
        missing-message: there is no message `Ringing`
          Bell.wsdl:31:74 [tns:Ringing] not in this document
    "#]],
    );
    check(
        &with(r#"part="Token""#, r#"part="Ticket""#),
        expect![[r#"
        missing-part: message `Headers` has no part `Ticket`
          Bell.wsdl:38:50 [Ticket] no such part
          Bell.wsdl:29:18 [Headers] the message
    "#]],
    );
    check(
        &with(r#"element="tns:Token""#, r#"element="tns:Ticket""#),
        expect![[r#"
        missing-element: there is no global element `Ticket (http://example.org/Services99)`
          Bell.wsdl:29:55 [tns:Ticket] not declared in the schemas of this document
    "#]],
    );
}

#[test]
fn message_with_several_parts() {
    let part = r#"<part name="parameters" element="tns:RingResponse"/>"#;
    let two = format!(r#"{part}<part name="more" element="tns:Token"/>"#);
    check(
        &with(part, &two),
        expect![[r#"
        unsupported-message: message `RingOut` has 2 parts
          Bell.wsdl:28:18 [RingOut] expected one part, the wrapper element
          Bell.wsdl:31:74 [tns:RingOut] used here
    "#]],
    );
    let typed = r#"<part name="parameters" type="tns:Tone"/>"#;
    check(
        &with(part, typed),
        expect![[r#"
        unsupported-attribute: `type="tns:Tone"` is not supported on `part`
          Bell.wsdl:28:51 [type="tns:Tone"] may change the meaning, and is not supported
    "#]],
    );
    let named = r#"<part name="parameters" element="tns:Token"/>"#;
    check(
        &with(part, named),
        expect![[r#"
        unsupported-wrapper: the wrapper element `Token` is of a named type
          Bell.wsdl:13:25 [Token] expected an anonymous `xs:complexType`
          Bell.wsdl:28:60 [tns:Token] used here
    "#]],
    );
}

#[test]
fn several_port_types_and_bindings() {
    let port_type = r#"<portType name="Bell">"#;
    let two = format!(r#"<portType name="Gong"/>{port_type}"#);
    check(
        &with(port_type, &two),
        expect![[r#"
        several-port-types: the WSDL has more than one port type
          Bell.wsdl:30:42 [Bell] a second one
          Bell.wsdl:30:19 [Gong] the first one
          help: one document describes one agent
    "#]],
    );
    let service = r#"<service name="WcfBell">"#;
    let binding = r#"<binding name="Second" type="tns:Bell">
      <soap:binding transport="http://schemas.xmlsoap.org/soap/jms"/></binding>"#;
    check(
        &with(service, &format!("{binding}{service}")),
        expect![[r#"
        several-bindings: port type `Bell` has more than one binding
          Bell.wsdl:44:18 [Second] a second one
          Bell.wsdl:33:18 [BasicHttpBinding_Bell] the first one
        unsupported-transport: the binding's transport is not HTTP
          Bell.wsdl:45:32 [http://schemas.xmlsoap.org/soap/jms] expected `http://schemas.xmlsoap.org/soap/http`
    "#]],
    );
    let files = with(
        r#"binding="tns:BasicHttpBinding_Bell""#,
        r#"binding="tns:Other""#,
    );
    check(
        &files,
        expect![[r#"
        missing-element: no service offers this binding
          Bell.wsdl:33:18 [BasicHttpBinding_Bell] 
          help: expected a `service` with a `port` that names the binding
    "#]],
    );
}

#[test]
fn wrapper_that_is_a_header_elsewhere() {
    let gong = SMALL
        .replace("Bell", "Gong")
        .replace("Token", "Ring_")
        .replace("Ring", "Chime");
    let gong = gong.replace("Chime_", "Ring");
    let files = [
        SourceFile::new("Bell.wsdl", SMALL),
        SourceFile::new("Gong.wsdl", gong),
    ];
    check(
        &files,
        expect![[r#"
        conflicting-headers: `Ring` is a wrapper element here and a header elsewhere
          Bell.wsdl:31:22 [Ring] a wrapper of this operation
          Gong.wsdl:13:25 [Ring] the header
    "#]],
    );
}

#[test]
fn operation_and_binding_that_do_not_fit() {
    let bound = r#"<operation name="Ring">
      <soap:operation"#;
    let other = r#"<operation name="Rings">
      <soap:operation"#;
    check(
        &with(bound, other),
        expect![[r#"
        unbound-operation: operation `Ring` has no binding
          Bell.wsdl:31:22 [Ring] declared here
          Bell.wsdl:33:18 [BasicHttpBinding_Bell] and not in this binding
        unknown-operation: the port type has no operation `Rings`
          Bell.wsdl:35:22 [Rings] bound here
          Bell.wsdl:30:19 [Bell] the port type
    "#]],
    );
    check(
        &with(r#"type="tns:Bell""#, r#"type="tns:Gong""#),
        expect![[r#"
        unknown-port-type: there is no port type `Gong (http://example.org/Services99)`
          Bell.wsdl:33:47 [tns:Gong] not in this document
          Bell.wsdl:30:19 [Bell] the port type that is
    "#]],
    );
    check(
        &with(r#"<output><soap:body use="literal"/></output>"#, ""),
        expect![[r#"
        missing-element: the binding of operation `Ring` has no output
          Bell.wsdl:35:22 [Ring] 
          help: expected an `operation` element in `http://schemas.xmlsoap.org/wsdl/soap/`, and `input` and `output`
    "#]],
    );
    check(
        &with(r#"<output message="tns:RingOut"/>"#, ""),
        expect![[r#"
        missing-element: operation `Ring` has no output
          Bell.wsdl:31:22 [Ring] 
          help: only operations with a request and a response are supported
    "#]],
    );
}

#[test]
fn request_wrapper_of_another_name() {
    let text = SMALL.replace(r#"name="Ring""#, r#"name="Chime""#);
    let text = text.replacen(
        r#"<xs:element name="Chime""#,
        r#"<xs:element name="Ring""#,
        1,
    );
    check(
        &[SourceFile::new("Bell.wsdl", text)],
        expect![[r#"
        unsupported-wrapper: the request wrapper of operation `Chime` is `Ring`
          Bell.wsdl:7:25 [Ring] expected the operation's name
          Bell.wsdl:31:22 [Chime] the operation
    "#]],
    );
}

#[test]
fn names_that_would_leave_the_folder() {
    let text = SMALL.replace(r#"<portType name="Bell""#, r#"<portType name="../Bell""#);
    check(
        &[SourceFile::new("Bell.wsdl", text)],
        expect![[r#"
        bad-name: `../Bell` is not a name
          Bell.wsdl:30:19 [../Bell] expected letters, digits, `_`, `-` and `.`, with a letter or `_` in front
    "#]],
    );
    let text = SMALL.replace("http://example.org/Services99", "http://example.org/..");
    check(
        &[SourceFile::new("Bell.wsdl", text)],
        expect![[r#"
        no-version: the target namespace `http://example.org/..` does not end in a version
          Bell.wsdl:30:19 [Bell] 
          help: expected a last segment such as `Services88`
    "#]],
    );
}

#[test]
fn policies_and_imports() {
    let files = with(
        "<types>",
        r#"<import namespace="urn:a" location="a.wsdl"/>
  <wsp:Policy xmlns:wsp="http://schemas.xmlsoap.org/ws/2004/09/policy"/>
  <types>"#,
    );
    check(
        &files,
        expect![[r#"
        unsupported-element: `import` is not supported in a WSDL
          Bell.wsdl:5:3 [<import] not supported
          help: a server gives the whole contract as one document at `?singleWsdl`
        unsupported-element: `wsp:Policy` is not supported in a WSDL
          Bell.wsdl:6:3 [<wsp:Policy] not supported
          help: see WSDL 1.1, section 2.1
    "#]],
    );
}

#[test]
fn truncated() {
    let cut = |at: &str| {
        let end = SMALL.find(at).unwrap();
        [SourceFile::new("Bell.wsdl", &SMALL[..end])]
    };
    check(
        &cut("<portType"),
        expect![[r#"
        malformed-xml: the XML ends in the middle; the file may be truncated
          Bell.wsdl:29:77 [] here
    "#]],
    );
    check(
        &cut(r#"tns:Bell""#),
        expect![[r#"
        malformed-xml: the XML ends in the middle; the file may be truncated
          Bell.wsdl:33:47 [] here
    "#]],
    );
    check(
        &[SourceFile::new("Bell.wsdl", "")],
        expect![[r#"
        malformed-xml: the XML is malformed: the document does not have a root node
          Bell.wsdl:1:1 [] here
    "#]],
    );
}

#[test]
fn not_a_contract() {
    check(
        &[SourceFile::new("a.xml", "<html><body/></html>")],
        expect![[r#"
        unknown-document: the document is a `html`
          a.xml:1:1 [<html] neither WSDL 1.1 nor XML Schema
          help: expected `definitions` in the namespace `http://schemas.xmlsoap.org/wsdl/`
    "#]],
    );
    check(
        &[SourceFile::new("a.xml", "PK\u{3}\u{4}")],
        expect![[r#"
        malformed-xml: the XML is malformed: unknown token
          a.xml:1:1 [] here
    "#]],
    );
    check(
        &[SourceFile::new(
            "a.xml",
            "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
        )],
        expect![[r#"
        malformed-xml: the XML has a document type declaration, which is not supported
          a.xml:1:1 [] here
    "#]],
    );
}

#[test]
fn pages() {
    let page = |text: String| [SourceFile::new("Services99/Services99-Bell.md", text)];
    check(
        &page("# Bell\n\nNothing.\n".to_owned()),
        expect![[r#"
        no-fence: the page has no `xml` fence, so there is no WSDL to read
          Services99/Services99-Bell.md:1:1 [] 
          help: a page holds the agent's whole WSDL between ```xml and ```
    "#]],
    );
    let twice = format!("# Bell\n\n```xml\n{SMALL}```\n\n```xml\n<a/>\n```\n");
    check(
        &page(twice),
        expect![[r#"
        several-fences: the page has more than one `xml` fence, so it is unclear which is the WSDL
          Services99/Services99-Bell.md:55:1 [```xml] a second one
          Services99/Services99-Bell.md:3:1 [```xml] the first one
    "#]],
    );
    check(
        &page(format!("# Bell\n\n```xml\n{SMALL}\n")),
        expect![[r#"
        open-fence: the fence is not closed; the page may be truncated
          Services99/Services99-Bell.md:3:1 [```xml] opened here
    "#]],
    );
    // Places are counted in the page.
    let bad = SMALL
        .replace("tns:Pitch", "tns:Colour")
        .replace('\n', "\r\n");
    check(
        &page(format!("# Bell\r\n\r\n```xml\r\n{bad}```\r\n")),
        expect![[r#"
        missing-type: there is no type `Colour (http://example.org/Services99)`
          Services99/Services99-Bell.md:19:42 [tns:Colour] not declared in this document or one that it includes
    "#]],
    );
    let malformed = SMALL.replace("</xs:simpleType>", "</xs:simple>");
    check(
        &page(format!("# Bell\n\n```xml\n{malformed}```\n")),
        expect![[r#"
        malformed-xml: the XML is malformed: expected 'xs:simpleType' tag, not 'xs:simple'
          Services99/Services99-Bell.md:27:7 [] here
    "#]],
    );
}

#[test]
fn documents_that_disagree() {
    let gong = SMALL.replace("Bell", "Gong");
    let bell = SourceFile::new("Bell.wsdl", SMALL);
    assert!(read::read(&[bell.clone(), SourceFile::new("Gong.wsdl", &*gong)]).is_ok());

    let other = gong.replace(
        r#"<xs:enumeration value="High"/>"#,
        r#"<xs:enumeration value="Loud"/>"#,
    );
    check(
        &[SourceFile::new("Gong.wsdl", other), bell.clone()],
        expect![[r#"
        conflicting-types: two documents of a version disagree on type `Pitch (http://example.org/Services99)`
          Gong.wsdl:22:34 [Loud] member `Loud`
          Bell.wsdl:22:34 [High] member `High`
          help: import documents of one drop together; a type means the same for every agent
    "#]],
    );
    let other = gong.replace(
        r#"<xs:element name="Token" type="xs:string""#,
        r#"<xs:element name="Token" type="xs:int""#,
    );
    check(
        &[SourceFile::new("Gong.wsdl", other), bell.clone()],
        expect![[r#"
        conflicting-headers: two documents of a version disagree on header `Token`
          Gong.wsdl:13:25 [Token] `Token`: int, nillable
          Bell.wsdl:13:25 [Token] `Token`: string, nillable
          help: import documents of one drop together; a type means the same for every agent
    "#]],
    );
    let other = SMALL.replace(
        r#"name="Times" type="xs:int""#,
        r#"name="Times" type="xs:long""#,
    );
    check(
        &[SourceFile::new("Other.wsdl", other), bell.clone()],
        expect![[r#"
        conflicting-agents: two documents of a version disagree on operation `Bell/Ring`
          Other.wsdl:8:27 [Times] parameter `Times`: long
          Bell.wsdl:8:27 [Times] parameter `Times`: int
          help: import documents of one drop together; a type means the same for every agent
    "#]],
    );
    let other = gong.replace("http://example.org/", "http://example.net/");
    check(
        &[SourceFile::new("Gong.wsdl", other), bell],
        expect![[r#"
        conflicting-namespaces: two namespaces end in `Services99`
          Bell.wsdl:30:19 [Bell] http://example.org/Services99
          Gong.wsdl:30:19 [Gong] http://example.net/Services99
    "#]],
    );
}

#[test]
fn schemas_that_cannot_be_found() {
    let import = r#"<xs:import namespace="urn:a" schemaLocation="http://example.org/?xsd=xsd0"/>
      <xs:include schemaLocation="more.xsd"/>
      <xs:element name="Token""#;
    check(
        &with(r#"<xs:element name="Token""#, import),
        expect![[r#"
        missing-schema: `http://example.org/?xsd=xsd0` is not among the documents read
          Bell.wsdl:13:52 [http://example.org/?xsd=xsd0] looked for beside this document
          help: a server gives the whole contract as one document at `?singleWsdl`
        missing-schema: `more.xsd` is not among the documents read
          Bell.wsdl:14:35 [more.xsd] looked for beside this document
          help: a server gives the whole contract as one document at `?singleWsdl`
    "#]],
    );

    let [bell] = with(
        r#"<xs:element name="Token""#,
        r#"<xs:include schemaLocation="more.xsd"/><xs:element name="Token""#,
    );
    let schema =
        r#"<xs:schema targetNamespace="urn:b" xmlns:xs="http://www.w3.org/2001/XMLSchema"/>"#;
    check(
        &[bell, SourceFile::new("more.xsd", schema)],
        expect![[r#"
        wrong-namespace: `more.xsd` has another namespace than is asked for
          Bell.wsdl:13:35 [more.xsd] expected `http://example.org/Services99`, found `urn:b`
        unused-schema: no WSDL includes or imports this schema, so its version is unknown
          more.xsd:1:1 [] 
          help: link it by `schemaLocation`, or leave it out
    "#]],
    );
    let lonely = [
        SourceFile::new("Bell.wsdl", SMALL),
        SourceFile::new("more.xsd", schema),
    ];
    check(
        &lonely,
        expect![[r#"
        unused-schema: no WSDL includes or imports this schema, so its version is unknown
          more.xsd:1:1 [] 
          help: link it by `schemaLocation`, or leave it out
    "#]],
    );
}

#[test]
fn all_mistakes_are_told_at_once_in_the_order_of_the_files() {
    let mut files = obstacle_course();
    files[0].text = files[0].text.replace("tns:Finish", "tns:Varnish").into();
    files[1].text = files[1]
        .text
        .replace("s:short", "s:gDay")
        .replace("here:In\"", "here:Inn\"")
        .into();
    check(
        &files,
        expect![[r#"
        missing-message: there is no message `Inn`
          Store.wsdl:32:23 [here:Inn] not in this document
        unsupported-type: the simple type `gDay (http://www.w3.org/2001/XMLSchema)` is not supported
          Store.wsdl:59:46 [s:gDay] not supported
          help: supported are the types that .NET's data contracts use: string, boolean, the numbers, decimal, dateTime, base64Binary, anyType, anyURI, QName, and duration, guid, char
        missing-type: there is no type `Varnish (http://example.org/contracts/Services99)`
          Workshop.wsdl:12:57 [tns:Varnish] not declared in this document or one that it includes
    "#]],
    );
}

#[test]
fn deep_nesting_is_no_danger() {
    let deep = "<a>".repeat(300_000);
    assert!(read::read(&[SourceFile::new("a.xml", deep)]).is_err());
    let deep = format!("{}{}", "<a>".repeat(300_000), "</a>".repeat(300_000));
    assert!(read::read(&[SourceFile::new("a.xml", deep)]).is_err());
}

#[test]
fn versions_are_not_mixed() {
    let other = SMALL.replace("Services99", "Services98");
    let files = [
        SourceFile::new("a.wsdl", SMALL),
        SourceFile::new("b.wsdl", other),
    ];
    let list = read::read_version(&files).unwrap_err();
    expect![[r#"
        several-versions: the documents are of Services98 and Services99
          a.wsdl:30:19 [Bell] Services99
          b.wsdl:30:19 [Bell] Services98
    "#]]
    .assert_eq(&show(&files, &list));
    let versions = read::read(&files).unwrap();
    let names: Vec<&str> = versions.iter().map(|api| api.version.as_str()).collect();
    assert_eq!(names, ["Services98", "Services99"]);
    expect![[r#"
        no-wsdl: there is no WSDL among the documents, so there is no version
          :0:0 [] 
    "#]]
    .assert_eq(&show(&[], &read::read_version(&[]).unwrap_err()));
}

#[test]
fn no_missing_part_is_a_panic() {
    for file in obstacle_course() {
        let lines: Vec<&str> = file.text.split_inclusive('\n').collect();
        for gone in 0..lines.len() {
            let text = [&lines[..gone].concat(), &*lines[gone + 1..].concat()].concat();
            // Mistake or not: what matters is that it comes back, with places inside the text.
            if let Err(list) = read::read(&[SourceFile::new("a.wsdl", &*text)]) {
                for diagnostic in list {
                    assert!(text.get(diagnostic.at.span).is_some(), "line {gone} gone");
                }
            }
        }
        for (end, _) in file.text.char_indices().step_by(97) {
            let page = format!("```xml\n{}\n```\n", &file.text[..end]);
            assert!(
                read::read(&[SourceFile::new("a.md", page)]).is_err(),
                "cut at {end}"
            );
        }
    }
}
