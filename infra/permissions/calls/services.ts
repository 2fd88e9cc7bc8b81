/** What Pulumi's aws provider calls for what `services: build` makes. Pure. */
import { type Calls, TAGGING } from "./nodes";

const SEE_ROUTES = ["ec2:DescribeRouteTables"] as const;
const RDS_TAGS = ["rds:AddTagsToResource", "rds:RemoveTagsFromResource"] as const;
const CACHE_TAGS = ["elasticache:AddTagsToResource", "elasticache:RemoveTagsFromResource"] as const;
const SECRET_TAGS = ["secretsmanager:TagResource", "secretsmanager:UntagResource"] as const;

const NETWORK_CALLS: Readonly<Record<string, Calls>> = {
  "aws:ec2/vpc:Vpc": {
    see: [
      "ec2:DescribeVpcs",
      "ec2:DescribeVpcAttribute",
      "ec2:DescribeNetworkAcls",
      "ec2:DescribeSecurityGroups",
      ...SEE_ROUTES,
    ],
    change: ["ec2:CreateVpc", "ec2:ModifyVpcAttribute", "ec2:DeleteVpc", ...TAGGING],
  },
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": {
    see: ["ec2:DescribeSecurityGroups"],
    change: ["ec2:RevokeSecurityGroupIngress", "ec2:RevokeSecurityGroupEgress", ...TAGGING],
  },
  "aws:ec2/internetGateway:InternetGateway": {
    see: ["ec2:DescribeInternetGateways"],
    change: [
      "ec2:CreateInternetGateway",
      "ec2:AttachInternetGateway",
      "ec2:DetachInternetGateway",
      "ec2:DeleteInternetGateway",
      ...TAGGING,
    ],
  },
  "aws:ec2/routeTable:RouteTable": {
    see: SEE_ROUTES,
    change: ["ec2:CreateRouteTable", "ec2:DisassociateRouteTable", "ec2:DeleteRouteTable", ...TAGGING],
  },
  "aws:ec2/route:Route": { see: SEE_ROUTES, change: ["ec2:CreateRoute", "ec2:ReplaceRoute", "ec2:DeleteRoute"] },
  "aws:ec2/routeTableAssociation:RouteTableAssociation": {
    see: SEE_ROUTES,
    change: ["ec2:AssociateRouteTable", "ec2:ReplaceRouteTableAssociation", "ec2:DisassociateRouteTable"],
  },
  "aws:ec2/subnet:Subnet": {
    see: ["ec2:DescribeSubnets", "ec2:DescribeNetworkInterfaces"],
    change: ["ec2:CreateSubnet", "ec2:ModifySubnetAttribute", "ec2:DeleteSubnet", ...TAGGING],
  },
  "aws:ec2/eip:Eip": {
    see: ["ec2:DescribeAddresses", "ec2:DescribeAddressesAttribute"],
    change: ["ec2:AllocateAddress", "ec2:DisassociateAddress", "ec2:ReleaseAddress", ...TAGGING],
  },
  "aws:ec2/natGateway:NatGateway": {
    see: ["ec2:DescribeNatGateways"],
    change: ["ec2:CreateNatGateway", "ec2:DeleteNatGateway", ...TAGGING],
  },
  "aws:ec2/vpcEndpoint:VpcEndpoint": {
    see: ["ec2:DescribeVpcEndpoints", "ec2:DescribePrefixLists"],
    change: ["ec2:CreateVpcEndpoint", "ec2:ModifyVpcEndpoint", "ec2:DeleteVpcEndpoints", ...TAGGING],
  },
};

const BUCKET_CALLS: Readonly<Record<string, Calls>> = {
  // The provider reads everything that a bucket may have.
  "aws:s3/bucket:Bucket": {
    see: [
      "s3:GetAccelerateConfiguration",
      "s3:GetBucketAcl",
      "s3:GetBucketCORS",
      "s3:GetBucketLocation",
      "s3:GetBucketLogging",
      "s3:GetBucketObjectLockConfiguration",
      "s3:GetBucketPolicy",
      "s3:GetBucketRequestPayment",
      "s3:GetBucketTagging",
      "s3:GetBucketVersioning",
      "s3:GetBucketWebsite",
      "s3:GetEncryptionConfiguration",
      "s3:GetLifecycleConfiguration",
      "s3:GetReplicationConfiguration",
      "s3:ListBucket",
      "s3:ListTagsForResource",
    ],
    change: ["s3:CreateBucket", "s3:DeleteBucket", "s3:PutBucketTagging", "s3:TagResource", "s3:UntagResource"],
  },
  "aws:s3/bucketVersioning:BucketVersioning": {
    see: ["s3:GetBucketVersioning"],
    change: ["s3:PutBucketVersioning"],
  },
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": {
    see: ["s3:GetEncryptionConfiguration"],
    change: ["s3:PutEncryptionConfiguration"],
  },
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": {
    see: ["s3:GetBucketPublicAccessBlock"],
    change: ["s3:PutBucketPublicAccessBlock"],
  },
  "aws:s3/bucketPolicy:BucketPolicy": {
    see: ["s3:GetBucketPolicy"],
    change: ["s3:PutBucketPolicy", "s3:DeleteBucketPolicy"],
  },
};

export const SERVICE_CALLS: Readonly<Record<string, Calls>> = {
  ...NETWORK_CALLS,
  ...BUCKET_CALLS,
  "aws:rds/subnetGroup:SubnetGroup": {
    see: ["rds:DescribeDBSubnetGroups", "rds:ListTagsForResource"],
    change: ["rds:CreateDBSubnetGroup", "rds:ModifyDBSubnetGroup", "rds:DeleteDBSubnetGroup", ...RDS_TAGS],
  },
  "aws:rds/parameterGroup:ParameterGroup": {
    see: ["rds:DescribeDBParameterGroups", "rds:DescribeDBParameters", "rds:ListTagsForResource"],
    change: [
      "rds:CreateDBParameterGroup",
      "rds:ModifyDBParameterGroup",
      "rds:ResetDBParameterGroup",
      "rds:DeleteDBParameterGroup",
      ...RDS_TAGS,
    ],
  },
  "aws:rds/instance:Instance": {
    see: ["rds:DescribeDBInstances", "rds:ListTagsForResource", "ec2:DescribeAvailabilityZones"],
    change: [
      "rds:CreateDBInstance",
      "rds:ModifyDBInstance",
      "rds:RebootDBInstance",
      "rds:DeleteDBInstance",
      // The last one, which a deletion takes.
      "rds:CreateDBSnapshot",
      ...RDS_TAGS,
    ],
  },
  "aws:elasticache/subnetGroup:SubnetGroup": {
    see: ["elasticache:DescribeCacheSubnetGroups", "elasticache:ListTagsForResource"],
    change: [
      "elasticache:CreateCacheSubnetGroup",
      "elasticache:ModifyCacheSubnetGroup",
      "elasticache:DeleteCacheSubnetGroup",
      ...CACHE_TAGS,
    ],
  },
  "aws:elasticache/replicationGroup:ReplicationGroup": {
    see: [
      "elasticache:DescribeReplicationGroups",
      "elasticache:DescribeCacheClusters",
      "elasticache:ListTagsForResource",
    ],
    change: [
      "elasticache:CreateReplicationGroup",
      "elasticache:ModifyReplicationGroup",
      "elasticache:IncreaseReplicaCount",
      "elasticache:DecreaseReplicaCount",
      "elasticache:DeleteReplicationGroup",
      // AWS asks for these of whoever creates or deletes one.
      "ec2:CreateNetworkInterface",
      "ec2:DeleteNetworkInterface",
      ...CACHE_TAGS,
    ],
  },
  "aws:secretsmanager/secret:Secret": {
    see: ["secretsmanager:DescribeSecret", "secretsmanager:GetResourcePolicy"],
    change: [
      "secretsmanager:CreateSecret",
      "secretsmanager:UpdateSecret",
      "secretsmanager:DeleteSecret",
      ...SECRET_TAGS,
    ],
  },
  "aws:secretsmanager/secretVersion:SecretVersion": {
    see: ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
    change: ["secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage"],
  },
};
