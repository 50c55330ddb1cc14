// Reads and writes the message with DataContractSerializer; the classes are what its generator writes.
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Runtime.Serialization;
using System.Text;
using System.Xml;

static class Names {
    public const string Services = "http://www.superoffice.net/ws/crm/NetServer/Services86";
    public const string Envelope = "http://schemas.xmlsoap.org/soap/envelope/";
}

[DataContract(Namespace = Names.Services)]
class TableRight {
    [DataMember(Order = 0)] public ETableRight Mask;
    [DataMember(Order = 1)] public string Reason;
}

[CollectionDataContract(Namespace = Names.Services, ItemName = "StringKeyValuePair")]
class StringDictionary : List<StringKeyValuePair> {}

[DataContract(Namespace = Names.Services)]
class StringKeyValuePair {
    [DataMember(Order = 0)] public string Key;
    [DataMember(Order = 1)] public string Value;
}

[Flags, DataContract(Namespace = Names.Services)]
enum ETableRight { [EnumMember] None = 0, [EnumMember] Select = 1, [EnumMember] Update = 2 }

[DataContract(Namespace = Names.Services)]
enum BatchTaskState {
    [EnumMember] Unknown, [EnumMember] New, [EnumMember] Aquired, [EnumMember] Started, [EnumMember] Succeeded,
    [EnumMember] Failed, [EnumMember] All,
}

[DataContract(Namespace = Names.Services)]
class BatchTaskInfo {
    [DataMember(Order = 0)] public TableRight TableRight;
    [DataMember(Order = 1)] public StringDictionary FieldProperties;
    [DataMember(Order = 2)] public int Id;
    [DataMember(Order = 3)] public string Name;
    [DataMember(Order = 4)] public int AssociateId;
    [DataMember(Order = 5)] public short DetailsTable;
    [DataMember(Order = 6)] public int DetailsRecord;
    [DataMember(Order = 7)] public bool IsSystemTask;
    [DataMember(Order = 8)] public bool IsInternalTask;
    [DataMember(Order = 9)] public StringDictionary ParameterObject;
    [DataMember(Order = 10)] public DateTime LastStarted;
    [DataMember(Order = 11)] public DateTime Created;
    [DataMember(Order = 12)] public int StartCount;
    [DataMember(Order = 13)] public string DatabaseSerialNumber;
    [DataMember(Order = 14)] public string Context;
    [DataMember(Order = 15)] public string Result;
    [DataMember(Order = 16)] public BatchTaskState State;
    [DataMember(Order = 17)] public string Description;
    [DataMember(Order = 18)] public string Response;
    [DataMember(Order = 19)] public string Request;
    [DataMember(Order = 20)] public string ProgressDescription;
    [DataMember(Order = 21)] public short ProgressPercent;
}

static class Driver {
    const string Wrapper = "GetBatchTaskInfosByAssociatesResponse";

    static readonly DataContractSerializer serializer =
        new DataContractSerializer(typeof(List<BatchTaskInfo>), "Response", Names.Services);

    static List<BatchTaskInfo> Decode(byte[] message) {
        using (var reader = XmlDictionaryReader.CreateTextReader(message, XmlDictionaryReaderQuotas.Max)) {
            reader.ReadToFollowing(Wrapper, Names.Services);
            reader.ReadToFollowing("Response", Names.Services);
            return (List<BatchTaskInfo>)serializer.ReadObject(reader);
        }
    }

    static long Encode(List<BatchTaskInfo> value) {
        var stream = new MemoryStream(1 << 21);
        using (var writer = XmlDictionaryWriter.CreateTextWriter(stream, new UTF8Encoding(false), false)) {
            writer.WriteStartElement("s", "Envelope", Names.Envelope);
            writer.WriteStartElement("s", "Body", Names.Envelope);
            writer.WriteStartElement(Wrapper, Names.Services);
            serializer.WriteObject(writer, value);
            writer.WriteEndElement();
            writer.WriteEndElement();
            writer.WriteEndElement();
        }
        return stream.Length;
    }

    static double Least(Action work) {
        var least = double.MaxValue;
        var process = Process.GetCurrentProcess();
        for (var run = 0; run < 12; run++) {
            process.Refresh();
            var before = process.TotalProcessorTime;
            // Several, because the clock of processor time is coarse.
            for (var turn = 0; turn < 5; turn++) work();
            process.Refresh();
            least = Math.Min(least, (process.TotalProcessorTime - before).TotalSeconds / 5);
        }
        return least;
    }

    static void Main(string[] args) {
        var message = File.ReadAllBytes(args[0]);
        var value = Decode(message);
        if (value.Count != 1000 || value[999].ProgressPercent != 100) throw new Exception("not the whole message");
        var size = Encode(value);
        Console.WriteLine("decode\t{0:F1}", message.Length / Least(() => Decode(message)) / 1e6);
        Console.WriteLine("encode\t{0:F1}", size / Least(() => Encode(value)) / 1e6);
    }
}
