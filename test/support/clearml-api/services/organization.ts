import { type Call, type Endpoint, text } from "../endpoint.ts";
import { ApiError, type Data, newId } from "../envelope.ts";
import { compareText } from "../listing.ts";
import { requiredText } from "../schema.ts";

export const organizationEndpoints: readonly Endpoint[] = [
  { name: "organization.get_user_companies", version: "1.0", access: "user", handle: getUserCompanies },
  {
    name: "projects.create",
    version: "1.0",
    access: "user",
    fields: { name: requiredText },
    handle: createProject,
  },
];

/** The caller's own company only; no open-source call lists the others. */
function getUserCompanies({ state, identity }: Call): Data {
  const owners = [...state.profiles.values()]
    .filter(({ company }) => company === identity.company)
    .map(({ id, name, avatar }) => ({ id, name, avatar: avatar ?? null }))
    .sort((a, b) => compareText(a.name, b.name));
  const { company: id, companyName: name } = identity;
  return { companies: [{ id, name, allocated: owners.length, owners }] };
}

function createProject({ state, identity, body }: Call): Data {
  const [name, company] = [text(body, "name"), identity.company];
  if ([...state.projects.values()].some((each) => each.name === name && each.company === company)) {
    const where = `name=${name}, company=${company}`;
    throw new ApiError(400, 801, `Project with the same name already exists: ${where}`);
  }
  const project = { id: newId(), name, company };
  state.projects.set(project.id, project);
  return { id: project.id };
}
