@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32>;
@group(0) @binding(3) var<storage, read_write> b3: array<f32>;
@group(0) @binding(4) var<storage, read_write> b4: array<f32>;
@group(0) @binding(5) var<storage, read_write> b5: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let flat = id.x;
  if (flat >= 2u) { return; }
  let i0 = i32(flat);
  var r2: f32 = 0f;
  var r3: f32 = 0f;
  var r4: f32 = 0f;
  var r5: f32 = 0f;
  let v15: i32 = (i0 * 4);
  let v14: i32 = (v15 * 4);
  let v18: i32 = (v15 + 1);
  let v17: i32 = (v18 * 4);
  let v20: i32 = (v15 + 2);
  let v19: i32 = (v20 * 4);
  let v22: i32 = (v15 + 3);
  let v21: i32 = (v22 * 4);
  for (var i1 = 0; i1 < 4; i1++) {
    let v16: f32 = b1[i1];
    r2 = (r2 + (b0[(v14 + i1)] * v16));
    r3 = (r3 + (b0[(v17 + i1)] * v16));
    r4 = (r4 + (b0[(v19 + i1)] * v16));
    r5 = (r5 + (b0[(v21 + i1)] * v16));
  }
  let v24: f32 = b2[0];
  let v23: f32 = ((r2 + v24) - b3[v15]);
  let v25: f32 = (0.125f * v23);
  let v7: f32 = (v25 + v25);
  let v26: f32 = ((r3 + v24) - b3[v18]);
  let v27: f32 = (0.125f * v26);
  let v9: f32 = (v27 + v27);
  let v28: f32 = ((r4 + v24) - b3[v20]);
  let v29: f32 = (0.125f * v28);
  let v11: f32 = (v29 + v29);
  let v30: f32 = ((r5 + v24) - b3[v22]);
  let v31: f32 = (0.125f * v30);
  let v13: f32 = (v31 + v31);
  b4[v15] = v23;
  b5[v15] = v7;
  b4[v18] = v26;
  b5[v18] = v9;
  b4[v20] = v28;
  b5[v20] = v11;
  b4[v22] = v30;
  b5[v22] = v13;
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let flat = id.x;
  if (flat >= 1u) { return; }
  var r1: f32 = 0f;
  for (var i0 = 0; i0 < 8; i0++) {
    let v3: f32 = b0[i0];
    r1 = (r1 + (v3 * v3));
  }
  let v2: f32 = (r1 / 8f);
  b1[0] = v2;
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let flat = id.x;
  if (flat >= 1u) { return; }
  var r1: f32 = 0f;
  for (var i0 = 0; i0 < 8; i0++) {
    r1 = (r1 + b0[i0]);
  }
  let v2: f32 = (b1[0] - (0.1f * r1));
  b1[0] = v2;
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let flat = id.x;
  if (flat >= 1u) { return; }
  let i0 = i32(0u);
  var r2: f32 = 0f;
  var r3: f32 = 0f;
  var r4: f32 = 0f;
  var r5: f32 = 0f;
  let v11: i32 = (i0 * 4);
  let v13: i32 = (v11 + 1);
  let v14: i32 = (v11 + 2);
  let v15: i32 = (v11 + 3);
  for (var i1 = 0; i1 < 8; i1++) {
    let v10: i32 = (i1 * 4);
    let v12: f32 = b1[i1];
    r2 = (r2 + (b0[(v10 + v11)] * v12));
    r3 = (r3 + (b0[(v10 + v13)] * v12));
    r4 = (r4 + (b0[(v10 + v14)] * v12));
    r5 = (r5 + (b0[(v10 + v15)] * v12));
  }
  let v6: f32 = (b2[v11] - (0.1f * r2));
  let v7: f32 = (b2[v13] - (0.1f * r3));
  let v8: f32 = (b2[v14] - (0.1f * r4));
  let v9: f32 = (b2[v15] - (0.1f * r5));
  b2[v11] = v6;
  b2[v13] = v7;
  b2[v14] = v8;
  b2[v15] = v9;
}

