// Validates catalogue entities, given as JSON on standard input, with Backstage's own model.
// Usage: node catalog.mjs PATH_OF_CATALOG_MODEL
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const model = createRequire(import.meta.url)(process.argv[2]);
const validators = {
  API: model.apiEntityV1alpha1Validator,
  Component: model.componentEntityV1alpha1Validator,
  System: model.systemEntityV1alpha1Validator,
};
const policy = model.EntityPolicies.allOf([
  new model.SchemaValidEntityPolicy(),
  new model.FieldFormatEntityPolicy(),
  new model.NoForeignRootFieldsEntityPolicy(),
]);

for (const entity of JSON.parse(readFileSync(0, 'utf8'))) {
  await policy.enforce(entity);
  if (!(await validators[entity.kind]?.check(entity))) {
    throw new Error(`no validator accepts the kind ${entity.kind}`);
  }
}
