@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32>;
@group(0) @binding(3) var<storage, read_write> b3: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read_write> b4: array<vec4<f32>>;
@group(0) @binding(5) var<storage, read_write> b5: array<vec4<f32>>;

var<private> fx_zero: u32 = 0u;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  fx_zero = groups.x >> 31u;
  let flat = id.x;
  if (flat >= 2u) { return; }
  let i0 = i32(flat);
  var r2: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  var r3: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  var r4: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  var r5: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  let v15: i32 = (i0 * 16);
  for (var i1 = 0; i1 < 4; i1++) {
    let v14: i32 = (v15 + i1);
    let v16: f32 = b1[i1];
    r2 = (r2 + (b0[v14] * v16));
    r3 = (r3 + (b0[(v14 + 4)] * v16));
    r4 = (r4 + (b0[(v14 + 8)] * v16));
    r5 = (r5 + (b0[(v14 + 12)] * v16));
  }
  let v18: f32 = b2[0];
  let v19: i32 = (i0 * 4);
  let q19 = v19 >> 2u;
  let t0 = b3[q19];
  let v17: f32 = ((r2 + v18) - t0.x);
  let v20: f32 = (0.125f * v17);
  let v7: f32 = (v20 + v20);
  let v21: f32 = ((r3 + v18) - t0.y);
  let v23: f32 = (0.125f * v21);
  let v9: f32 = (v23 + v23);
  let v24: f32 = ((r4 + v18) - t0.z);
  let v26: f32 = (0.125f * v24);
  let v11: f32 = (v26 + v26);
  let v27: f32 = ((r5 + v18) - t0.w);
  let v29: f32 = (0.125f * v27);
  let v13: f32 = (v29 + v29);
  b4[q19] = vec4<f32>(v17, v21, v24, v27);
  b5[q19] = vec4<f32>(v7, v9, v11, v13);
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;

var<private> fx_zero: u32 = 0u;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  fx_zero = groups.x >> 31u;
  let flat = id.x;
  if (flat >= 1u) { return; }
  var r1: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  for (var i0 = 0; i0 < 8; i0++) {
    let v3: f32 = b0[i0];
    r1 = (r1 + (v3 * v3));
  }
  let v2: f32 = (r1 / 8f);
  b1[0] = v2;
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;

var<private> fx_zero: u32 = 0u;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  fx_zero = groups.x >> 31u;
  let flat = id.x;
  if (flat >= 1u) { return; }
  var r1: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  for (var i0 = 0; i0 < 8; i0++) {
    r1 = (r1 + b0[i0]);
  }
  let v2: f32 = (b1[0] - (0.1f * r1));
  b1[0] = v2;
}


@group(0) @binding(0) var<storage, read_write> b0: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
@group(0) @binding(2) var<storage, read_write> b2: array<vec4<f32>>;

var<private> fx_zero: u32 = 0u;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  fx_zero = groups.x >> 31u;
  let flat = id.x;
  if (flat >= 1u) { return; }
  let i0 = i32(0u);
  var r2: vec4<f32> = vec4<f32>(bitcast<f32>(0x00000000u ^ fx_zero));
  let v11: i32 = (i0 * 4);
  let q11 = v11 >> 2u;
  for (var i1 = 0; i1 < 8; i1++) {
    let v10: i32 = ((i1 * 4) + v11);
    let q10 = v10 >> 2u;
    let v12: f32 = b1[i1];
    let t0 = b0[q10];
    r2 = (r2 + (vec4<f32>(t0.x, t0.y, t0.z, t0.w) * v12));
  }
  let t1 = b2[q11];
  let v6: f32 = (t1.x - (0.1f * r2.x));
  let v7: f32 = (t1.y - (0.1f * r2.y));
  let v8: f32 = (t1.z - (0.1f * r2.z));
  let v9: f32 = (t1.w - (0.1f * r2.w));
  b2[q11] = vec4<f32>(v6, v7, v8, v9);
}

