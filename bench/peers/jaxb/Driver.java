// Reads and writes the message with JAXB's generated classes over Woodstox, warm.
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.bind.JAXBContext;
import javax.xml.bind.Marshaller;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamReader;
import javax.xml.stream.XMLStreamWriter;
import contract.GetBatchTaskInfosByAssociatesResponse;

class Driver {
    static final String ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/";
    static final XMLInputFactory INPUT = new com.ctc.wstx.stax.WstxInputFactory();
    static final XMLOutputFactory OUTPUT = new com.ctc.wstx.stax.WstxOutputFactory();
    static JAXBContext context;

    static GetBatchTaskInfosByAssociatesResponse decode(byte[] message) throws Exception {
        XMLStreamReader reader = INPUT.createXMLStreamReader(new ByteArrayInputStream(message));
        while (!(reader.isStartElement() && reader.getLocalName().equals("Body"))) reader.next();
        reader.nextTag();
        return context.createUnmarshaller()
            .unmarshal(reader, GetBatchTaskInfosByAssociatesResponse.class).getValue();
    }

    static int encode(GetBatchTaskInfosByAssociatesResponse value) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream(1 << 21);
        XMLStreamWriter writer = OUTPUT.createXMLStreamWriter(out, "UTF-8");
        writer.writeStartElement("s", "Envelope", ENVELOPE);
        writer.writeNamespace("s", ENVELOPE);
        writer.writeStartElement("s", "Body", ENVELOPE);
        Marshaller marshaller = context.createMarshaller();
        marshaller.setProperty(Marshaller.JAXB_FRAGMENT, true);
        marshaller.marshal(value, writer);
        writer.writeEndElement();
        writer.writeEndElement();
        writer.close();
        return out.size();
    }

    public static void main(String[] args) throws Exception {
        byte[] message = Files.readAllBytes(Path.of(args[0]));
        context = JAXBContext.newInstance(GetBatchTaskInfosByAssociatesResponse.class);
        var threads = ManagementFactory.getThreadMXBean();
        var value = decode(message);
        if (value.getResponse().getValue().getBatchTaskInfo().size() != 1000) throw new Exception("not the whole message");
        long decode = Long.MAX_VALUE, encode = Long.MAX_VALUE;
        int size = 0;
        for (int run = 0; run < 400; run++) {
            long start = threads.getCurrentThreadCpuTime();
            decode(message);
            long middle = threads.getCurrentThreadCpuTime();
            size = encode(value);
            long end = threads.getCurrentThreadCpuTime();
            decode = Math.min(decode, middle - start);
            encode = Math.min(encode, end - middle);
        }
        System.out.printf("decode\t%.1f%nencode\t%.1f%n", message.length * 1e3 / decode, size * 1e3 / encode);
    }
}
