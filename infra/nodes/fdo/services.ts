/** Settings of the application that lead it to what `services: build` has made. Pure. */
import type { ServiceFacts } from "../kind";

/** The settings secret, as far as the services decide it. What every node is given besides is in its user data. */
export function serviceSettings<T>(facts: ServiceFacts<T>): Readonly<Record<string, T | string>> {
  const { database, cache, kmsKeyArn } = facts;
  return {
    TFE_ENCRYPTION_PASSWORD: facts.encryptionPassword,
    TFE_DATABASE_HOST: database.endpoint,
    TFE_DATABASE_NAME: database.name,
    TFE_DATABASE_USER: database.user,
    TFE_DATABASE_PASSWORD: database.password,
    TFE_DATABASE_PARAMETERS: "sslmode=require",
    TFE_REDIS_HOST: cache.endpoint,
    TFE_REDIS_USE_AUTH: "true",
    TFE_REDIS_PASSWORD: cache.token,
    TFE_REDIS_USE_TLS: "true",
    TFE_OBJECT_STORAGE_TYPE: "s3",
    TFE_OBJECT_STORAGE_S3_BUCKET: facts.bucket,
    TFE_OBJECT_STORAGE_S3_REGION: facts.region,
    TFE_OBJECT_STORAGE_S3_USE_INSTANCE_PROFILE: "true",
    ...encryption(kmsKeyArn),
  };
}

const encryption = (kmsKeyArn: string | undefined): Readonly<Record<string, string>> =>
  kmsKeyArn === undefined
    ? { TFE_OBJECT_STORAGE_S3_SERVER_SIDE_ENCRYPTION: "AES256" }
    : {
        TFE_OBJECT_STORAGE_S3_SERVER_SIDE_ENCRYPTION: "aws:kms",
        TFE_OBJECT_STORAGE_S3_SERVER_SIDE_ENCRYPTION_KMS_KEY_ID: kmsKeyArn,
      };
