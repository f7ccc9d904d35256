/** What Python tells of its modules. Twin: python/ringsnake/_stubs/model.py. */

/** Absent members are empty, or false. */
export interface Report {
  /** Major and minor version. */
  readonly python: string;
  readonly modules?: readonly ModuleDescription[];
  /** What the types were read from, besides the modules. */
  readonly sources?: readonly string[];
  readonly failures?: readonly Failure[];
}

export interface Failure {
  readonly module: string;
  readonly error: string;
  readonly traceback?: string;
}

export interface ModuleDescription {
  readonly name: string;
  readonly doc?: string;
  readonly members?: readonly Member[];
  readonly classes?: readonly ClassDescription[];
}

export interface ClassDescription {
  /** How types refer to it: `numpy.ndarray`. */
  readonly id: string;
  readonly doc?: string;
  readonly bases?: readonly string[];
  /** It and all that it derives from. */
  readonly lineage: readonly string[];
  readonly constructors?: readonly Signature[];
  readonly members?: readonly Member[];
  /** What it says is what others must have. */
  readonly protocol?: boolean;
}

export interface Member {
  readonly name: string;
  /** `static` is called on the class. */
  readonly kind: 'function' | 'static' | 'value' | 'property' | 'class' | 'module';
  readonly doc?: string;
  readonly signatures?: readonly Signature[];
  readonly type?: PythonType;
  readonly settable?: boolean;
}

export interface Signature {
  readonly parameters?: readonly Parameter[];
  readonly result: PythonType;
}

export interface Parameter {
  readonly name: string;
  /** `either` is by position or by name; `variadic` is `*args`, `keywords` is `**kwargs`. */
  readonly kind: 'positional' | 'either' | 'variadic' | 'keyword' | 'keywords';
  readonly type: PythonType;
  readonly optional?: boolean;
}

export interface PythonType {
  readonly kind: string;
  readonly of?: readonly PythonType[];
  /** Of a class: its id. */
  readonly name?: string;
  /** Of a literal. */
  readonly values?: readonly (string | number | boolean | null)[];
}
