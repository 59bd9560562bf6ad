import * as pulumi from '@pulumi/pulumi';

// Declare resources here. What is exported becomes an output of the stack.
export const stack = pulumi.getStack();
