import { readFileSync } from 'node:fs';
import path from 'node:path';

export type Resource = {
  Type: string;
  Properties: Record<string, unknown>;
  DeletionPolicy?: string;
  DependsOn?: string | string[];
};
export type Template = {
  Description: string;
  Resources: Record<string, Resource>;
  Outputs: Record<string, { Value: unknown }>;
};

/** Gives what a `Ref` (no attribute) or `Fn::GetAtt` of a resource stands for. */
export type Names = (logicalId: string, attribute?: string) => string;

const root = path.resolve(import.meta.dirname, '../..');

/** The example settings of cdk.json. */
export function exampleContext(): Record<string, unknown> {
  return JSON.parse(readFileSync(path.join(root, 'cdk.json'), 'utf8')).context;
}

export const account = {
  'AWS::Region': 'us-east-1',
  'AWS::AccountId': '123456789012',
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
};

/** The value as CloudFormation would work it out. */
export function resolved(value: unknown, names: Names): unknown {
  if (Array.isArray(value)) return value.map((one) => resolved(one, names));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [[kind, of] = ['', undefined]] = entries;
  if (entries.length === 1 && kind === 'Ref') {
    const id = String(of);
    return id in account ? account[id as keyof typeof account] : names(id);
  }
  if (entries.length === 1 && kind === 'Fn::GetAtt') {
    const [id, attribute] = of as [string, string];
    return names(id, attribute);
  }
  if (entries.length === 1 && kind === 'Fn::Join') {
    const [separator, parts] = of as [string, unknown[]];
    return parts.map((part) => resolved(part, names)).join(separator);
  }
  if (entries.length === 1 && kind.startsWith('Fn::') && kind !== 'Fn::Sub')
    throw new Error(`${kind} is not understood here.`);
  return Object.fromEntries(entries.map(([key, one]) => [key, resolved(one, names)]));
}

/** Names a resource by its logical id, without the hash at its end. */
export const plainNames: Names = (id, attribute) => {
  const name = id.replace(/[0-9A-F]{8}$/, '');
  return attribute === undefined ? name : `${name}.${attribute}`;
};

export function resourcesOf(template: Template, type: string): [string, Resource['Properties']][] {
  return Object.entries(template.Resources)
    .filter(([, resource]) => resource.Type === type)
    .map(([id, { Properties }]) => [id, Properties]);
}

/** The one resource of this type whose logical id begins so. */
export function theOne(template: Template, type: string, idStart = ''): [string, Resource] {
  const found = Object.entries(template.Resources).filter(
    ([id, resource]) => resource.Type === type && id.startsWith(idStart),
  );
  const [first] = found;
  if (!first || found.length > 1) throw new Error(`${found.length} resources of type ${type} begin with "${idStart}".`);
  return first;
}

export type Statement = {
  effect: string;
  actions: string[];
  resources: string[];
  conditions: Record<string, Record<string, string | string[]>>;
};

/** All that the role is allowed or denied by its policies. */
export function rightsOf(template: Template, roleId: string, names: Names): Statement[] {
  const role = template.Resources[roleId]?.Properties;
  if (role?.ManagedPolicyArns || role?.Policies) throw new Error(`${roleId} has policies of another kind.`);
  return resourcesOf(template, 'AWS::IAM::Policy')
    .filter(([, { Roles }]) => JSON.stringify(Roles).includes(`"${roleId}"`))
    .flatMap(([, { PolicyDocument }]) => {
      const { Statement } = PolicyDocument as { Statement: Record<string, unknown>[] };
      return Statement.map(({ Effect, Action, Resource, Condition = {} }) => ({
        effect: String(Effect),
        actions: [Action].flat().map(String),
        resources: [resolved(Resource, names)].flat().map(String),
        conditions: resolved(Condition, names) as Statement['conditions'],
      }));
    });
}
