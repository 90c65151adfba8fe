"""Writes linalg.json: the programs of linalg.ts in PyTorch. Run as make.py.

Only what does not hang on the sign or basis a decomposition happens to choose is compared.
"""

import math

import torch
from results import leaf, grad, normal, program, write

L = torch.linalg


def positive(a):
    return a @ a.transpose(-1, -2) + torch.eye(a.shape[-1])


@program("kalman step", normal(3), normal(3, 3), normal(3, 3, scale=0.5), normal(2, 3), normal(2), normal(2, 2))
def _(x, p, f, h, z, r):
    p, r = positive(p), positive(r)
    x, p = f @ x, f @ p @ f.T + 0.1 * torch.eye(3)
    s = h @ p @ h.T + r
    k = L.solve(s, h @ p).T
    return x + k @ (z - h @ x), (torch.eye(3) - k @ h) @ p


@program("gaussian log density by cholesky", normal(4, 3), normal(3), normal(3, 3))
def _(x, mean, a):
    c = L.cholesky(positive(a))
    z = torch.linalg.solve_triangular(c, (x - mean).T, upper=False)
    return -0.5 * (z**2).sum(0) - torch.diag(c).log().sum() - 1.5 * math.log(2 * math.pi)


@program("least squares by qr", normal(6, 3), normal(6, 2))
def _(a, b):
    q, r = L.qr(a)
    return torch.linalg.solve_triangular(r, q.T @ b, upper=True)


@program("principal components by svd", normal(7, 4), neighbours=7)
def _(x):
    x = x - x.mean(0)
    u, s, vt = L.svd(x, full_matrices=False)
    return s, (u[:, :2] * s[:2]) @ vt[:2]


@program("principal components by eigh", normal(7, 4), neighbours=7)
def _(x):
    x = x - x.mean(0)
    w, v = L.eigh(x.T @ x / 7)
    return w, (v * torch.exp(w)) @ v.T


@program("determinants and inverses", normal(2, 3, 3), normal(2, 3, 2))
def _(a, b):
    a = a + 2 * torch.eye(3)
    sign, logabs = L.slogdet(a)
    return L.det(a), sign, logabs, L.inv(a), L.solve(a, b)


@program("triangular solves", normal(3, 3), normal(3, 2))
def _(a, b):
    low = a.tril(-1) + torch.eye(3)
    t = a.tril() + 3 * torch.eye(3)
    return torch.linalg.solve_triangular(low, b, upper=False, unitriangular=True), torch.linalg.solve_triangular(t.T, b, upper=True)


@program("gaussian process evidence", normal(5, 2), normal(5), torch.tensor(0.8))
def _(x, y, length):
    d = ((x[:, None] - x[None]) ** 2).sum(-1)
    c = L.cholesky(torch.exp(-d / (2 * length**2)) + 0.1 * torch.eye(5))
    z = torch.linalg.solve_triangular(c, y[:, None], upper=False)
    return 0.5 * (z**2).sum() + torch.diag(c).log().sum()


write("linalg.json")
