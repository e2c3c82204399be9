// Every rotation helper of the CDK, written with aws-cdk-lib 2.276.0, and a nested stack. `node app.js` with CDK_OUTDIR gives the
// templates beside this file; of manifest.json only what says where each stack stands is kept, of the other assets nothing.
const cdk = require('aws-cdk-lib');
const ec2 = require('aws-cdk-lib/aws-ec2');
const iam = require('aws-cdk-lib/aws-iam');
const kms = require('aws-cdk-lib/aws-kms');
const lambda = require('aws-cdk-lib/aws-lambda');
const secretsmanager = require('aws-cdk-lib/aws-secretsmanager');

const app = new cdk.App({ analyticsReporting: false, context: {
  'aws:cdk:enable-path-metadata': true, 'aws:cdk:enable-asset-metadata': true, // as the CDK's command sets them
} });
const env = { account: '111111111111', region: 'us-east-1' };
const stack = (name) => new cdk.Stack(app, name, { env });
const DATABASES = { Mysql: 'MYSQL', Postgres: 'POSTGRES', MariaDb: 'MARIADB', Oracle: 'ORACLE', SqlServer: 'SQLSERVER', Redshift: 'REDSHIFT', MongoDb: 'MONGODB' };
const networkOf = (scope) => new ec2.Vpc(scope, 'Vpc', { maxAzs: 2, natGateways: 0, restrictDefaultSecurityGroup: false });

// 1. and 2. AWS's applications of the Serverless Application Repository, for one user and for two that take turns.
for (const users of ['SINGLE', 'MULTI']) {
  const scope = stack(users === 'SINGLE' ? 'SingleUserApplications' : 'MultiUserApplications');
  const vpc = networkOf(scope);
  const target = new ec2.Connections({ defaultPort: ec2.Port.tcp(3306), securityGroups: [new ec2.SecurityGroup(scope, 'Group', { vpc })] });
  const master = new secretsmanager.Secret(scope, 'Master', { secretName: 'master', encryptionKey: new kms.Key(scope, 'Key') });
  for (const [name, constant] of Object.entries(DATABASES)) {
    new secretsmanager.SecretRotation(scope, `${name}Rotation`, {
      application: secretsmanager.SecretRotationApplication[`${constant}_ROTATION_${users}_USER`],
      secret: new secretsmanager.Secret(scope, `${name}Secret`, { secretName: `${name}/app` }),
      masterSecret: users === 'MULTI' ? master : undefined,
      target: { connections: target }, vpc, vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
    });
  }
}

// 3. and 4. Rotation functions that the transform of Secrets Manager makes.
for (const users of ['SingleUser', 'MultiUser']) {
  const scope = stack(users === 'SingleUser' ? 'SingleUserHosted' : 'MultiUserHosted');
  const master = new secretsmanager.Secret(scope, 'Master', { secretName: 'hosted/master' });
  for (const database of ['mysql', 'postgreSql', 'mariaDb', 'oracle', 'sqlServer', 'redshift', 'mongoDb']) {
    new secretsmanager.Secret(scope, `${database}Secret`, { secretName: `hosted/${database}` }).addRotationSchedule('Schedule', {
      automaticallyAfter: cdk.Duration.days(30),
      hostedRotation: secretsmanager.HostedRotation[`${database}${users}`]({
        functionName: `rotate-${database}`.toLowerCase(), ...(users === 'MultiUser' ? { masterSecret: master } : {}),
      }),
    });
  }
}

// 5. Functions of one's own: one that is given its grants by the CDK, one that stands in another stack.
const elsewhere = stack('RotationFunctions');
const fn = (scope, id) => new lambda.Function(scope, id, {
  runtime: lambda.Runtime.PYTHON_3_12, handler: 'index.handler', code: lambda.Code.fromInline('def handler(event, context): pass'),
});
const other = fn(elsewhere, 'Other');
const own = stack('OwnFunctions');
const key = new kms.Key(own, 'Key');
new secretsmanager.Secret(own, 'Own', { secretName: 'own/one', encryptionKey: key })
  .addRotationSchedule('Schedule', { rotationLambda: fn(own, 'Rotator'), automaticallyAfter: cdk.Duration.days(7) });
new secretsmanager.Secret(own, 'Two', { secretName: 'own/two' })
  .addRotationSchedule('Schedule', { rotationLambda: lambda.Function.fromFunctionAttributes(own, 'There', { functionArn: other.functionArn, sameEnvironment: true }) });

// 6. A nested stack that reads a secret of its parent, and whose role the parent gives a further policy.
const parent = stack('Parent');
const kept = new secretsmanager.Secret(parent, 'Kept', { secretName: 'kept' });
const nested = new cdk.NestedStack(parent, 'Inner');
const role = new iam.Role(nested, 'Reader', { roleName: 'inner-reader', assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') });
kept.grantRead(role);
const second = new secretsmanager.Secret(parent, 'Second', { secretName: 'second' });
second.addToResourcePolicy(new iam.PolicyStatement({
  actions: ['secretsmanager:GetSecretValue'], principals: [new iam.ArnPrincipal(role.roleArn)], resources: ['*'],
}));

app.synth();
