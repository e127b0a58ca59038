const { tf, useBackend, adamw } = await import('./harness/tensor/index.ts');
useBackend('onnx', { threads: 2 });
const shapes = [[30522,384],[512,384], ...Array.from({length:6},()=>[[384,384],[384,384],[384,384],[384,384],[1536,384],[384,1536],[384],[384],[384],[384],[1536],[384],[384],[384]]).flat()];
const vs = shapes.map(s => { const n = s.reduce((a,b)=>a*b,1); const z = () => tf.variable(tf.tensor(new Float32Array(n).fill(0.01), s)); return { v: z(), first: z(), second: z(), g: tf.tensor(new Float32Array(n).fill(0.1), s) }; });
for (let i=1;i<8;i++){ const t=performance.now(); for (const {v,first,second,g} of vs) adamw(v, g, {first,second}, {learningRate:1e-3,beta1:.9,beta2:.999,epsilon:1e-8,weightDecay:0.01,step:i,gradientScale:1}); console.log((performance.now()-t).toFixed(1)); }
console.log(process.resourceUsage().maxRSS/1024);
(globalThis as any).sessions?.forEach((s:any)=>s.endProfiling());
