// Ten cases around secrets, in eleven stacks, written with aws-cdk-lib 2.276.0. `node app.js` with CDK_OUTDIR gives the templates beside this file;
// of manifest.json only what says where each stack stands is kept.
const cdk = require('aws-cdk-lib');
const ec2 = require('aws-cdk-lib/aws-ec2');
const ecs = require('aws-cdk-lib/aws-ecs');
const iam = require('aws-cdk-lib/aws-iam');
const kms = require('aws-cdk-lib/aws-kms');
const lambda = require('aws-cdk-lib/aws-lambda');
const rds = require('aws-cdk-lib/aws-rds');
const secretsmanager = require('aws-cdk-lib/aws-secretsmanager');
const ssm = require('aws-cdk-lib/aws-ssm');

const app = new cdk.App({ analyticsReporting: false, context: { 'aws:cdk:enable-path-metadata': true } });
const OWNER = { account: '111111111111', region: 'us-east-1' };
const CONSUMER = { account: '222222222222', region: 'us-east-1' };
const stack = (name, env) => new cdk.Stack(app, name, { env });
const code = lambda.Code.fromInline('def handler(event, context): pass');
const fn = (scope, id, more = {}) =>
  new lambda.Function(scope, id, { runtime: lambda.Runtime.PYTHON_3_12, handler: 'index.handler', code, ...more });

// 1. A role and a function of the same account read a secret under a key of its own.
const grants = stack('SameAccountGrants', OWNER);
const ownKey = new kms.Key(grants, 'Key', { alias: 'own' });
const own = new secretsmanager.Secret(grants, 'Own', { secretName: 'own', encryptionKey: ownKey });
own.grantRead(fn(grants, 'Reader'));
own.grantWrite(new iam.Role(grants, 'Writer', { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') }));

// 2. A secret that another account's role and account may read.
const owner = stack('CrossAccountOwner', OWNER);
const sharedKey = new kms.Key(owner, 'Key');
const shared = new secretsmanager.Secret(owner, 'Shared', { secretName: 'shared', encryptionKey: sharedKey });
shared.grantRead(new iam.AccountPrincipal('222222222222'));
shared.grantRead(iam.Role.fromRoleArn(owner, 'App', 'arn:aws:iam::222222222222:role/App'));
shared.addToResourcePolicy(new iam.PolicyStatement({
  effect: iam.Effect.DENY, actions: ['secretsmanager:*'], principals: [new iam.AnyPrincipal()], resources: ['*'],
  conditions: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-abcd123456' } },
}));

// 3. Its reader, which imports the secret with its key.
const consumer = stack('CrossAccountConsumer', CONSUMER);
const imported = secretsmanager.Secret.fromSecretAttributes(consumer, 'Imported', {
  secretCompleteArn: 'arn:aws:secretsmanager:us-east-1:111111111111:secret:shared-AbCdEf',
  encryptionKey: kms.Key.fromKeyArn(consumer, 'ImportedKey',
    'arn:aws:kms:us-east-1:111111111111:key/12345678-1234-1234-1234-123456789012'),
});
const appRole = new iam.Role(consumer, 'App', {
  roleName: 'App', assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com'),
  permissionsBoundary: iam.ManagedPolicy.fromManagedPolicyName(consumer, 'Boundary', 'TeamBoundary'),
});
imported.grantRead(appRole);

// 4. An ECS service whose containers get secrets and a parameter.
const tasks = stack('EcsConsumer', OWNER);
const taskSecret = new secretsmanager.Secret(tasks, 'TaskSecret', {
  generateSecretString: { secretStringTemplate: '{"username":"app"}', generateStringKey: 'password' },
});
const task = new ecs.FargateTaskDefinition(tasks, 'Task');
task.addContainer('app', {
  image: ecs.ContainerImage.fromRegistry('public.ecr.aws/docker/library/nginx:latest'),
  secrets: {
    PASSWORD: ecs.Secret.fromSecretsManager(taskSecret, 'password'),
    WHOLE: ecs.Secret.fromSecretsManager(taskSecret),
    PARAMETER: ecs.Secret.fromSsmParameter(ssm.StringParameter.fromSecureStringParameterAttributes(tasks, 'Secure', { parameterName: '/app/secure' })),
  },
  logging: ecs.LogDrivers.awsLogs({ streamPrefix: 'app' }),
});

// 5. Replicas, one of them under a key of its Region.
const replicas = stack('Replicas', OWNER);
new secretsmanager.Secret(replicas, 'Replicated', {
  secretName: 'replicated',
  replicaRegions: [
    { region: 'eu-west-1' },
    { region: 'us-west-2', encryptionKey: kms.Key.fromKeyArn(replicas, 'There', 'arn:aws:kms:us-west-2:111111111111:key/12345678-1234-1234-1234-123456789012') },
  ],
});

// 6. A database whose credentials are rotated by AWS's application, by one user and by two.
const single = stack('DatabaseRotation', OWNER);
const vpc = new ec2.Vpc(single, 'Vpc', { maxAzs: 2, natGateways: 0 });
const database = new rds.DatabaseInstance(single, 'Database', {
  engine: rds.DatabaseInstanceEngine.mysql({ version: rds.MysqlEngineVersion.VER_8_0 }), vpc,
  vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
});
database.addRotationSingleUser({ automaticallyAfter: cdk.Duration.days(30) });
const user = new rds.DatabaseSecret(single, 'User', { username: 'app', masterSecret: database.secret });
database.addRotationMultiUser('User', { secret: user.attach(database) });

// 7. Hosted rotation, and a function of one's own.
const hosted = stack('HostedRotation', OWNER);
const hostedSecret = new secretsmanager.Secret(hosted, 'Hosted', { secretName: 'hosted' });
hostedSecret.addRotationSchedule('Schedule', {
  hostedRotation: secretsmanager.HostedRotation.postgreSqlSingleUser({ functionName: 'HostedRotator' }),
});
const customSecret = new secretsmanager.Secret(hosted, 'Custom', { secretName: 'custom', encryptionKey: new kms.Key(hosted, 'CustomKey') });
customSecret.addRotationSchedule('Schedule', { rotationLambda: fn(hosted, 'Rotator'), automaticallyAfter: cdk.Duration.days(7) });

// 8. A VPC endpoint with a policy, and a function behind it.
const network = stack('Endpoint', OWNER);
const inside = new ec2.Vpc(network, 'Vpc', { maxAzs: 2, natGateways: 0 });
const endpoint = inside.addInterfaceEndpoint('SecretsManager', { service: ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER });
endpoint.addToPolicy(new iam.PolicyStatement({
  principals: [new iam.AnyPrincipal()], actions: ['secretsmanager:GetSecretValue'], resources: ['*'],
  conditions: { StringEquals: { 'aws:PrincipalAccount': cdk.Aws.ACCOUNT_ID } },
}));
const behind = new secretsmanager.Secret(network, 'Behind', { secretName: 'behind' });
behind.grantRead(fn(network, 'Inside', { vpc: inside, vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED } }));

// 9. What another stack exports, read by a user in a group, in whatever account it is deployed.
const anywhere = stack('AnywhereOwner', undefined);
const exported = new secretsmanager.Secret(anywhere, 'Exported', { secretName: 'exported' });
const reader = stack('AnywhereReader', undefined);
const group = new iam.Group(reader, 'Readers', { managedPolicies: [iam.ManagedPolicy.fromAwsManagedPolicyName('SecretsManagerReadWrite')] });
new iam.User(reader, 'Jo', { userName: 'jo', groups: [group] });
exported.grantRead(group);

// 10. Parameters and conditions: a secret in production only, and a role of a name that is asked for.
const asked = stack('ParametersAndConditions', OWNER);
const stage = new cdk.CfnParameter(asked, 'Stage', { type: 'String', allowedValues: ['test', 'prod'] });
const name = new cdk.CfnParameter(asked, 'RoleName', { type: 'String', default: 'asked' });
const production = new cdk.CfnCondition(asked, 'Production', { expression: cdk.Fn.conditionEquals(stage.valueAsString, 'prod') });
const maybe = new secretsmanager.CfnSecret(asked, 'Maybe', { name: cdk.Fn.join('/', [stage.valueAsString, 'db']), generateSecretString: {} });
maybe.cfnOptions.condition = production;
const askedRole = new iam.Role(asked, 'Role', { roleName: name.valueAsString, assumedBy: new iam.ArnPrincipal('arn:aws:iam::222222222222:role/App') });
askedRole.addToPolicy(new iam.PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [maybe.ref] }));

app.synth();
