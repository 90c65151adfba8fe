"""Prints the numbers of jax.random that everyday.ts holds. Run with any Python that has JAX: python jax.py."""

import sys

sys.path = sys.path[1:]  # this file has the name of what it imports
import jax
import jax.numpy as jnp

jax.config.update("jax_threefry_partitionable", False)
r = jax.random
a, b = r.split(r.PRNGKey(42))
print("uniform", r.uniform(a, (3,)).tolist())
print("normal", r.normal(b, (3,)).tolist())
print("bernoulli", r.bernoulli(r.fold_in(a, 7), 0.25, (6,)).astype(int).tolist())
print("categorical", r.categorical(b, jnp.log(jnp.array([[0.2, 0.3, 0.5], [0.6, 0.2, 0.2]]))).tolist())
print("permutation", r.permutation(a, 6).tolist())
