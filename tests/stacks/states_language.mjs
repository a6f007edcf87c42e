// What AWS's own language service, that of its editors, finds wrong with definitions: https://www.npmjs.com/package/amazon-states-language-service
//
// Reads a JSON list of definitions, and prints for each the list of its findings.

import { text } from 'node:stream/consumers';
import service from 'amazon-states-language-service';

const { TextDocument, getLanguageService } = service;
const language = getLanguageService({});

async function findings(definition) {
  const document = TextDocument.create('file:///definition.asl.json', 'asl', 1, JSON.stringify(definition));
  return (await language.doValidation(document, language.parseJSONDocument(document))).map(({ message }) => message);
}

console.log(JSON.stringify(await Promise.all(JSON.parse(await text(process.stdin)).map(findings))));
