// Reads and writes the message with the package `soap`, from the agent's WSDL.
const fs = require("fs");
const soap = require("soap");

const [wsdl, path] = process.argv.slice(2);
const message = fs.readFileSync(path, "utf8");
const wrapper = "GetBatchTaskInfosByAssociatesResponse";

function least(work) {
  let best = Infinity;
  for (let run = 0; run < 15; run++) {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1e6);
  }
  return best;
}

soap.createClient(wsdl, (error, client) => {
  if (error) throw error;
  const decode = () => client.wsdl.xmlToObject(message).Body[wrapper];
  const value = decode();
  if (value.Response.BatchTaskInfo.length !== 1000) throw new Error("not the whole message");
  const namespace = Object.keys(client.wsdl.definitions.schemas).find((uri) => uri.includes("NetServer"));
  const encode = () =>
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>' +
    client.wsdl.objectToDocumentXML(wrapper, value, "tns", namespace) +
    "</s:Body></s:Envelope>";
  const bytes = Buffer.byteLength(message);
  console.log(`decode\t${(bytes / least(decode) / 1e6).toFixed(1)}`);
  console.log(`encode\t${(Buffer.byteLength(encode()) / least(encode) / 1e6).toFixed(1)}`);
  console.log(`version\t${require("soap/package.json").version}`);
});
