import type { OperationError } from '@radiant/model';

/** What a template becomes. */
export type TemplateKind = 'project' | 'policy-pack';

/** A folder of sources that projects, or policy packs, are made of, in Pulumi's format. */
export interface Template {
  readonly kind: TemplateKind;
  /** That of its folder. */
  readonly name: string;
  readonly description: string;
  readonly dir: string;
  /** The folder that it came in: nothing outside of it is read. */
  readonly root: string;
  /** Why nothing can be made of it. */
  readonly problem: OperationError | undefined;
  /** What a project made of it is called and said to be when nobody says otherwise; undefined where that is left open. */
  readonly projectName: string | undefined;
  readonly projectDescription: string | undefined;
  /** What to tell a person once a project was made of it. */
  readonly quickstart: string | undefined;
  /** What to ask of the configuration, in this order. */
  readonly config: readonly TemplateConfig[];
  /** `backend.url` of its Pulumi.yaml. */
  readonly backendUrl: string | undefined;
}

export interface TemplateConfig {
  /** `name` or `namespace:name`. */
  readonly key: string;
  readonly description: string | undefined;
  readonly default: string | undefined;
  readonly isSecret: boolean;
}

export interface TemplateSearch {
  /** What a folder is relative to: where the person stands, which need not be where the project is made. */
  readonly from: string;
  /** Whether nothing may be fetched. */
  readonly isOffline: boolean;
}

export interface FoundTemplates {
  /** At least one, by name; the broken ones last. */
  readonly templates: readonly Template[];
  /** Removes what was fetched to read them. */
  release(): Promise<void>;
}

export interface TemplateRequest {
  readonly name: string;
  readonly description: string;
  /** Options of the runtime to write into the project's file. */
  readonly runtimeOptions: { readonly [option: string]: string };
  /** Whether files of the same names give way. */
  readonly overwrites: boolean;
}

/** Making projects and policy packs in the folder of the workspace. */
export interface TemplateStore {
  /** Throws FOLDER_NOT_EMPTY, in Pulumi's words, unless the folder is empty or not there. */
  requireEmptyFolder(): Promise<void>;
  /**
   * What `place` holds: a template by its name, a folder with one or several, or a git repository by its URL; undefined
   * for those that come with Radiant. Throws TEMPLATE_NOT_FOUND.
   */
  find(kind: TemplateKind, place: string | undefined, options: TemplateSearch): Promise<FoundTemplates>;
  /** The name that the template gives, that of the project which is here or was begun here, or one after the folder. */
  suggestName(template: Template): Promise<string>;
  /** Whether the store already has stacks of a project of that name, other than the one in this folder. */
  isNameTaken(name: string, template: Template): Promise<boolean>;
  /**
   * Writes the files, the one that makes the folder a project last. Throws before anything is written where the template
   * is no good, or files are in the way.
   */
  make(template: Template, request: TemplateRequest): Promise<void>;
}
