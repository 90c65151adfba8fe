@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;

var<private> fx_zero: u32 = 0u;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  fx_zero = groups.x >> 31u;
  let flat = id.x;
  if (flat >= 4u) { return; }
  let i0 = i32(flat);
  var r2: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  let v4: i32 = (i0 * 16);
  for (var i1 = 0; i1 < 16; i1++) {
    r2 = (r2 + b0[(v4 + i1)]);
  }
  let v3: f32 = (r2 / 16f);
  b1[i0] = v3;
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let flat = id.x;
  if (flat >= 64u) { return; }
  let i0 = i32(flat / 16u);
  let i1 = i32(flat % 16u);
  let v3: i32 = ((i0 * 16) + i1);
  let v2: f32 = (b0[v3] - b1[i0]);
  b2[v3] = v2;
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;

var<private> fx_zero: u32 = 0u;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  fx_zero = groups.x >> 31u;
  let flat = id.x;
  if (flat >= 4u) { return; }
  let i0 = i32(flat);
  var r2: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  let v5: i32 = (i0 * 16);
  for (var i1 = 0; i1 < 16; i1++) {
    let v4: f32 = b0[(v5 + i1)];
    r2 = (r2 + (v4 * v4));
  }
  let v3: f32 = sqrt(((r2 / 16f) + 0.00001f));
  b1[i0] = v3;
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32>;
@group(0) @binding(3) var<storage, read_write> b3: array<f32>;
@group(0) @binding(4) var<storage, read_write> b4: array<f32>;
@group(0) @binding(5) var<storage, read_write> b5: array<f32>;
@group(0) @binding(6) var<storage, read_write> b6: array<f32>;
@group(0) @binding(7) var<storage, read_write> b7: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let flat = id.x;
  if (flat >= 64u) { return; }
  let i0 = i32(flat / 16u);
  let i1 = i32(flat % 16u);
  let v6: i32 = ((i0 * 16) + i1);
  let v5: f32 = (b0[v6] / b1[i0]);
  let v7: f32 = b3[i1];
  let v3: f32 = ((v5 * v7) + b4[i1]);
  let v4: f32 = (b6[v6] * v7);
  b2[v6] = v5;
  b5[v6] = v3;
  b7[v6] = v4;
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32>;
@group(0) @binding(3) var<storage, read_write> b3: array<f32>;

var<private> fx_zero: u32 = 0u;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  fx_zero = groups.x >> 31u;
  let flat = id.x;
  if (flat >= 4u) { return; }
  let i0 = i32(flat);
  var r2: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  let v5: i32 = (i0 * 16);
  let v6: f32 = b2[i0];
  for (var i1 = 0; i1 < 16; i1++) {
    let v4: i32 = (v5 + i1);
    r2 = (r2 + (-(b0[v4] * (b1[v4] / v6))));
  }
  let v3: f32 = (((r2 * 0.5f) / v6) / 16f);
  b3[i0] = v3;
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32>;
@group(0) @binding(3) var<storage, read_write> b3: array<f32>;
@group(0) @binding(4) var<storage, read_write> b4: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let flat = id.x;
  if (flat >= 64u) { return; }
  let i0 = i32(flat / 16u);
  let i1 = i32(flat % 16u);
  let v3: i32 = ((i0 * 16) + i1);
  let v4: f32 = (b2[i0] * b3[v3]);
  let v2: f32 = (((b0[v3] / b1[i0]) + v4) + v4);
  b4[v3] = v2;
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32>;
@group(0) @binding(3) var<storage, read_write> b3: array<f32>;

var<private> fx_zero: u32 = 0u;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  fx_zero = groups.x >> 31u;
  let flat = id.x;
  if (flat >= 16u) { return; }
  let i0 = i32(flat);
  var r2: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  var r3: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  for (var i1 = 0; i1 < 4; i1++) {
    let v7: i32 = ((i1 * 16) + i0);
    let v6: f32 = b0[v7];
    r2 = (r2 + (v6 * b1[v7]));
    r3 = (r3 + v6);
  }
  b2[i0] = r2;
  b3[i0] = r3;
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;

var<private> fx_zero: u32 = 0u;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  fx_zero = groups.x >> 31u;
  let flat = id.x;
  if (flat >= 4u) { return; }
  let i0 = i32(flat);
  var r2: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  let v4: i32 = (i0 * 16);
  for (var i1 = 0; i1 < 16; i1++) {
    r2 = (r2 + (-b0[(v4 + i1)]));
  }
  let v3: f32 = (r2 / 16f);
  b1[i0] = v3;
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let flat = id.x;
  if (flat >= 64u) { return; }
  let i0 = i32(flat / 16u);
  let i1 = i32(flat % 16u);
  let v3: i32 = ((i0 * 16) + i1);
  let v2: f32 = (b0[v3] + b1[i0]);
  b2[v3] = v2;
}

