/** An object as listed by its bucket. */
export interface StoredObject {
  readonly key: string;
  readonly bytes: number;
}

/** The object store of the application. Throws `AWS_REFUSED`, `AWS_UNREACHABLE`, `AWS_CALL_FAILED`, `CREDENTIALS_…`. */
export interface ObjectStore {
  /** Returns every object whose key starts with `prefix`, in the order of the keys. */
  list(bucket: string, prefix: string): Promise<readonly StoredObject[]>;
  /**
   * Downloads an object to a file that must not exist yet. Also throws `BUNDLE_INCOMPLETE` if the download breaks off or the
   * object is larger than `maxBytes`; the file is then incomplete.
   */
  download(bucket: string, key: string, file: string, maxBytes: number): Promise<void>;
}
